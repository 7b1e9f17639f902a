// SPDX-License-Identifier: BSD-3-Clause
//
// Notices that a file was rewritten or replaced: watches its folder, since an editor or a rename
// leaves the old inode behind.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <string>

#include "base/file.h"
#include "base/result.h"

namespace ww::daemon {

/// Used on the context's thread. Stops when destroyed.
class FileWatch {
   public:
    FileWatch(boost::asio::io_context& context,
              const std::string& path,
              std::function<void()> on_change);

    /// Errors: NotFound (no such folder), Io.
    Result<void> start();

   private:
    void wait();
    bool drain();

    boost::asio::posix::stream_descriptor notify_;
    std::string folder_;
    std::string name_;
    std::function<void()> on_change_;
};

}  // namespace ww::daemon
