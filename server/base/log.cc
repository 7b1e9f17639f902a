// SPDX-License-Identifier: BSD-3-Clause
#include "base/log.h"

#include <fcntl.h>
#include <poll.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "base/file.h"

namespace ww::log {

namespace {

// What whoever reads the log may be behind: some 7,000 lines. The kernel grants that much.
constexpr int kPipeBytes = 1 << 20;

spdlog::level::level_enum to_spdlog(Level level) {
    switch (level) {
        case Level::Debug:
            return spdlog::level::debug;
        case Level::Info:
            return spdlog::level::info;
        case Level::Warn:
            return spdlog::level::warn;
        case Level::Error:
            return spdlog::level::err;
    }
    return spdlog::level::err;
}

// stderr, without ever waiting for who reads it: the kernel's buffer is the queue, and what does
// not fit is dropped and counted. The descriptor is shared with other processes, whose waiting is
// their business, so it does not become non-blocking itself.
class StderrSink final : public spdlog::sinks::base_sink<std::mutex> {
   public:
    StderrSink() { look(); }

    /// How many lines were dropped, if that is more than was told, and can be told now.
    uint64_t lost() {
        const std::lock_guard lock(mutex_);
        if (lost_ == told_ || !writable_) return 0;
        told_ = lost_;
        return lost_;
    }

   private:
    enum class Kind { File, Socket, Pipe };

    // Once, and again when stderr has become something else.
    void look() {
        struct stat status{};
        if (::fstat(STDERR_FILENO, &status) != 0) return;
        if (status.st_dev == device_ && status.st_ino == inode_) return;
        device_ = status.st_dev;
        inode_ = status.st_ino;
        own_.reset();
        rest_.clear();
        kind_ = S_ISSOCK(status.st_mode)                              ? Kind::Socket
                : S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode) ? Kind::Pipe
                                                                      : Kind::File;
        if (kind_ != Kind::Pipe) return;
        if (S_ISFIFO(status.st_mode)) (void)::fcntl(STDERR_FILENO, F_SETPIPE_SZ, kPipeBytes);
        // Another opening of the same pipe or terminal, with a mode of its own. Not always allowed.
        own_ = UniqueFd(::open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
    }

    void sink_it_(const spdlog::details::log_msg& message) override {
        look();
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        // The rest of a line that was begun comes first, else two would be one.
        writable_ = put(rest_) && put({line.data(), line.size()});
        if (!writable_) ++lost_;
    }
    void flush_() override {}

    // False: nothing of it could be written, or not yet the rest of another one.
    bool put(std::string_view text) {
        const bool is_rest = text.data() == rest_.data();
        size_t done = 0;
        while (done < text.size()) {
            const ssize_t put = write_some(text.substr(done));
            if (put < 0 && errno == EINTR) continue;
            if (put <= 0) break;
            done += static_cast<size_t>(put);
        }
        if (is_rest) {
            rest_.erase(0, done);
            return rest_.empty();
        }
        if (done == 0) return text.empty();
        rest_ = text.substr(done);
        return true;
    }

    ssize_t write_some(std::string_view text) const {
        if (kind_ == Kind::Socket)
            return ::send(STDERR_FILENO, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (own_.valid()) return ::write(own_.get(), text.data(), text.size());
        if (kind_ == Kind::Pipe) {
            // Readiness stands for this many bytes of a pipe.
            pollfd room{STDERR_FILENO, POLLOUT, 0};
            if (::poll(&room, 1, 0) != 1 || (room.revents & POLLOUT) == 0) return 0;
            text = text.substr(0, PIPE_BUF);
        }
        return ::write(STDERR_FILENO, text.data(), text.size());
    }

    Kind kind_ = Kind::File;
    dev_t device_ = 0;
    ino_t inode_ = 0;
    UniqueFd own_;
    std::string rest_;
    bool writable_ = true;
    uint64_t lost_ = 0;  // since the start
    uint64_t told_ = 0;
};

struct Log {
    Log() : sink(std::make_shared<StderrSink>()), logger("wwd", sink) {
        logger.set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
        logger.set_level(spdlog::level::info);
    }
    std::shared_ptr<StderrSink> sink;
    spdlog::logger logger;
};

// Never destroyed: threads may log until the last moment.
Log& the_log() {
    static Log& instance = *new Log;
    return instance;
}

}  // namespace

void set_level(Level level) { the_log().logger.set_level(to_spdlog(level)); }
bool enabled(Level level) { return the_log().logger.should_log(to_spdlog(level)); }

void write(Level level, std::string_view text) {
    the_log().logger.log(to_spdlog(level), text);
    if (const uint64_t lost = the_log().sink->lost(); lost > 0)
        log::warn("log.dropped {} lines since the start: nobody read them in time", lost);
}

}  // namespace ww::log
