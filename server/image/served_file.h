// SPDX-License-Identifier: BSD-3-Clause
//
// ServedFile: one of the files nodes download, on its way into place: written aside, with the owner
// and mode of those, and renamed when it is complete. Gone before that, it leaves nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace ww::image {

/// Not thread-safe.
class ServedFile {
   public:
    /// Errors: NotFound, PermissionDenied, Io.
    static Result<ServedFile> create(const std::string& path);

    Result<void> write(std::string_view bytes) { return write_all(file_.fd(), bytes, path_); }
    /// Its time, Unix nanoseconds, and onto the disk. Errors: Io.
    Result<void> finish(int64_t mtime_ns);
    /// Errors: Io.
    Result<void> rename();
    /// Its name until then.
    const std::string& temporary() const { return file_.temporary(); }

   private:
    ServedFile(AtomicFile file, std::string path)
        : file_(std::move(file)), path_(std::move(path)) {}
    AtomicFile file_;
    std::string path_;
};

}  // namespace ww::image
