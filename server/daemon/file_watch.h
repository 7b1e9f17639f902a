// SPDX-License-Identifier: BSD-3-Clause
//
// Notices that a file was rewritten or replaced, and now holds still: watches its folder, since an
// editor or a rename leaves the old inode behind, and the file itself. Links are followed.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
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
    void follow();
    void changed();

    boost::asio::posix::stream_descriptor notify_;
    boost::asio::steady_timer settled_;
    std::string path_;
    std::string target_;  // with links followed
    std::function<void()> on_change_;
};

}  // namespace ww::daemon
