// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/file_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace ww::daemon {

FileWatch::FileWatch(boost::asio::io_context& context,
                     const std::string& path,
                     std::function<void()> on_change)
    : notify_(context), on_change_(std::move(on_change)) {
    const size_t slash = path.rfind('/');
    folder_ = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    name_ = slash == std::string::npos ? path : path.substr(slash + 1);
}

Result<void> FileWatch::start() {
    UniqueFd fd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    if (!fd.valid()) return Error::from_errno(errno, "inotify_init");
    if (::inotify_add_watch(fd.get(),
                            folder_.c_str(),
                            IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ONLYDIR) <
        0)
        return Error::from_errno(errno, "watch " + folder_);
    notify_.assign(fd.release());
    wait();
    return {};
}

void FileWatch::wait() {
    notify_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                       [this](const boost::system::error_code& error) {
                           if (error) return;
                           if (drain()) on_change_();
                           wait();
                       });
}

// Reads what there is; true if any of it was about our file. An overflow may have been.
bool FileWatch::drain() {
    bool ours = false;
    alignas(inotify_event) std::array<char, 4096> buffer;
    while (true) {
        const ssize_t got = ::read(notify_.native_handle(), buffer.data(), buffer.size());
        if (got <= 0) return ours;
        for (ssize_t at = 0; at < got;) {
            const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
            if ((event->mask & IN_Q_OVERFLOW) != 0 || (event->len > 0 && name_ == event->name))
                ours = true;
            at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
        }
    }
}

}  // namespace ww::daemon
