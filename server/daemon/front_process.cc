// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/front_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/log.h"

namespace ww::daemon {

namespace {

using namespace std::chrono_literals;

// Between the end of a front and the next one: at once after a single accident, ever longer for one
// that dies again and again, so that the machine does nothing else no sooner than somebody looks at
// the log.
constexpr std::chrono::milliseconds kFirstPause = 50ms;
constexpr std::chrono::milliseconds kLongestPause = 10s;
// A front that lived this long had no trouble starting.
constexpr std::chrono::seconds kHealthyLife = 30s;

// Where the front finds its channel.
constexpr int kChannelFd = 3;

// A process whose only inherited descriptors are the standard ones and the channel; everything else
// of ours is close-on-exec.
Result<pid_t> spawn(const std::vector<std::string>& words, int channel) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_adddup2(&actions, channel, kChannelFd);
    sigset_t none, all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    std::vector<char*> argv;
    for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    pid_t pid = 0;
    // The running program, whatever became of its file.
    const int error =
        ::posix_spawn(&pid, "/proc/self/exe", &actions, &attributes, argv.data(), environ);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) return Error::from_errno(error, "start the front process");
    return pid;
}

std::string describe(int status) {
    if (WIFSIGNALED(status)) return fmt::format("killed by signal {}", WTERMSIG(status));
    return fmt::format("exit status {}", WEXITSTATUS(status));
}

}  // namespace

FrontProcess::FrontProcess(asio::io_context& context,
                           Answers& answers,
                           http::WorkPool& pool,
                           std::function<SettingsFrame()> settings,
                           std::vector<std::string> arguments,
                           Events events)
    : context_(context),
      answers_(answers),
      pool_(pool),
      settings_(std::move(settings)),
      arguments_(std::move(arguments)),
      events_(std::move(events)),
      pause_(kFirstPause),
      timer_(context) {}

FrontProcess::~FrontProcess() { kill(); }

Result<void> FrontProcess::start() {
    WW_TRY(auto ends, channel_pair());
    std::vector<std::string> words = {"wwd", "--front", std::to_string(kChannelFd)};
    words.insert(words.end(), arguments_.begin(), arguments_.end());
    WW_TRY(pid_, spawn(words, ends.second.get()));
    const int pidfd = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
    if (pidfd < 0) {
        const Error error = Error::from_errno(errno, "pidfd_open");
        kill();
        return error;
    }
    process_.emplace(context_, pidfd);
    started_ = std::chrono::steady_clock::now();
    why_failed_.clear();
    link_ = std::make_shared<BackLink>(
        std::make_shared<Channel>(context_, std::move(ends.first)), answers_, pool_);
    link_->start(settings_(),
                 {[this] {
                      was_ready_ = true;
                      events_.ready();
                  },
                  [this](const std::string& why) { why_failed_ = why; },
                  [this] { closed(); }});
    watch();
    return {};
}

// The process has ended and the channel has been read to its end: in which order that is noticed is
// chance, and the reason for a failure is in the channel.
void FrontProcess::watch() {
    process_->async_wait(asio::posix::stream_descriptor::wait_read,
                         [this](const http::error_code& error) {
                             if (error) return;
                             (void)::waitpid(pid_, &exit_status_, 0);
                             pid_ = 0;
                             if (!link_) ended();
                         });
}

void FrontProcess::closed() {
    link_.reset();
    if (pid_ == 0) return ended();
    // It is dying, or it broke the protocol: in no case it goes on.
    if (!stopped_) ::kill(pid_, SIGKILL);
}

void FrontProcess::ended() {
    process_.reset();
    if (stopped_) {
        timer_.cancel();
        return std::exchange(stopped_, {})();
    }
    if (!was_ready_) {
        return events_.failed(why_failed_.empty()
                                  ? "the front process ended: " + describe(exit_status_)
                                  : why_failed_);
    }
    log::error("front.ended {}; starting another in {} ms",
               why_failed_.empty() ? describe(exit_status_) : why_failed_,
               pause_.count());
    restart_later();
}

void FrontProcess::restart_later() {
    if (std::chrono::steady_clock::now() - started_ > kHealthyLife) pause_ = kFirstPause;
    timer_.expires_after(pause_);
    pause_ = std::min(pause_ * 2, kLongestPause);
    timer_.async_wait([this](const http::error_code& cancelled) {
        if (cancelled) return;
        if (const auto outcome = start(); !outcome) {
            log::error("front.start {}", outcome.error().describe());
            restart_later();
        }
    });
}

void FrontProcess::stop(std::chrono::milliseconds patience, std::function<void()> done) {
    timer_.cancel();
    if (!process_) return done();
    stopped_ = std::move(done);
    if (link_) link_->drain();
    timer_.expires_after(patience);
    timer_.async_wait([this](const http::error_code& cancelled) {
        if (!cancelled && pid_ != 0) ::kill(pid_, SIGKILL);
    });
}

void FrontProcess::kill() {
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    (void)::waitpid(pid_, nullptr, 0);
    pid_ = 0;
}

}  // namespace ww::daemon
