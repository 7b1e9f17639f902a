// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/file_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <string_view>

#include "base/path.h"

namespace ww::daemon {

namespace {

// A file is looked at when nothing happened to it for so long: a writer may truncate it and open it
// again to fill it.
constexpr auto kSettle = std::chrono::milliseconds(50);

constexpr uint32_t kInFolder =
    IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE | IN_ONLYDIR;

}  // namespace

FileWatch::FileWatch(boost::asio::io_context& context,
                     const std::string& path,
                     std::function<void()> on_change)
    : notify_(context), settled_(context), path_(path), on_change_(std::move(on_change)) {}

Result<void> FileWatch::start() {
    UniqueFd fd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    if (!fd.valid()) return Error::from_errno(errno, "inotify_init");
    const std::string folder(folder_of(path_));
    if (::inotify_add_watch(fd.get(), folder.c_str(), kInFolder) < 0)
        return Error::from_errno(errno, "watch " + folder);
    notify_.assign(fd.release());
    follow();
    wait();
    return {};
}

// Where the path leads may change with every edit: the folder of a link's target, and the file
// itself, which may be mounted here from a folder that cannot be seen.
void FileWatch::follow() {
    std::error_code error;
    target_ = std::filesystem::canonical(path_, error).string();
    if (error) return;
    const int fd = notify_.native_handle();
    if (target_ != path_)
        (void)::inotify_add_watch(fd, std::string(folder_of(target_)).c_str(), kInFolder);
    (void)::inotify_add_watch(fd, target_.c_str(), IN_CLOSE_WRITE);
}

void FileWatch::wait() {
    notify_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                       [this](const boost::system::error_code& error) {
                           if (error) return;
                           if (drain()) changed();
                           wait();
                       });
}

void FileWatch::changed() {
    follow();
    settled_.expires_after(kSettle);
    settled_.async_wait([this](const boost::system::error_code& error) {
        if (!error) on_change_();
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
            const std::string_view name(event->len > 0 ? event->name : "");
            // Without a name: the file itself. Of the others some are of another file of that name.
            const bool file = event->len == 0 && (event->mask & IN_CLOSE_WRITE) != 0;
            if ((event->mask & IN_Q_OVERFLOW) != 0 || file ||
                (!name.empty() && (name == base_name(path_) || name == base_name(target_))))
                ours = true;
            at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
        }
    }
}

}  // namespace ww::daemon
