// SPDX-License-Identifier: BSD-3-Clause
//
// One wwclient per node: a file that holds its process id, locked while it runs.
#pragma once

#include <string>

#include "base/file.h"
#include "base/result.h"

namespace ww::client {

class PidFile {
   public:
    /// A stale file is taken over. Errors: AlreadyExists (another one runs), Io.
    static Result<PidFile> take(const std::string& path);

    PidFile(PidFile&&) noexcept = default;
    PidFile& operator=(PidFile&&) = delete;
    ~PidFile();

   private:
    PidFile() = default;
    std::string path_;
    UniqueFd fd_;
};

}  // namespace ww::client
