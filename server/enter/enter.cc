// SPDX-License-Identifier: BSD-3-Clause
#include "enter/enter.h"

#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <optional>

#include "enter/channel.h"
#include "enter/init.h"
#include "enter/root.h"

namespace ww::enter {

namespace {

/// Whether the caller's terminal is its to give away: it reads from it, in the foreground.
bool has_terminal() {
    return ::isatty(STDIN_FILENO) == 1 && ::tcgetpgrp(STDIN_FILENO) == ::getpgrp();
}

/// Signals that shall reach the command, and those by which terminals change hands.
class Signals {
   public:
    Signals() {
        sigset_t ours;
        ::sigemptyset(&ours);
        for (const int signal : {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTTOU})
            ::sigaddset(&ours, signal);
        ::sigprocmask(SIG_BLOCK, &ours, &before_);
        ::sigdelset(&ours, SIGTTOU);
        fd_ = UniqueFd(::signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK));
    }
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;
    ~Signals() {
        fd_.reset();
        ::sigprocmask(SIG_SETMASK, &before_, nullptr);
    }

    int fd() const { return fd_.get(); }
    const sigset_t& before() const { return before_; }

    /// The next that came; one that the terminal sent has reached the command already.
    std::optional<int> next() const {
        signalfd_siginfo info{};
        while (::read(fd_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info))
            if (info.ssi_code != SI_KERNEL) return static_cast<int>(info.ssi_signo);
        return std::nullopt;
    }

   private:
    sigset_t before_{};
    UniqueFd fd_;
};

class Visit {
   public:
    Visit(const Plan& plan, const Command& command, const Warn& warn)
        : plan_(plan), command_(command), warn_(warn), interactive_(has_terminal()) {}

    ~Visit() {
        if (pid_ <= 0) return;
        channel_.reset();  // ends what is left inside
        while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
        }
        if (interactive_) ::tcsetpgrp(STDIN_FILENO, ::getpgrp());
        clear_traces(plan_);
    }
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

    Result<Exit> run() {
        clear_traces(plan_);  // of one that was killed
        WW_TRY(auto ends, make_channel());
        const unsigned long spaces = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC |
                                     (plan_.network ? 0UL : CLONE_NEWNET);
        // The stack goes on as a copy. Both architectures take the flags first.
        pid_ = static_cast<pid_t>(::syscall(SYS_clone, spaces | SIGCHLD, 0, 0, 0, 0));
        if (pid_ == 0) {
            ends.first.reset();
            run_inside(plan_,
                       command_,
                       {.channel = ends.second.get(),
                        .interactive = interactive_,
                        .signals = signals_.before()});
        }
        if (pid_ < 0) {
            Error error = Error::from_errno(errno, "make namespaces for image " + plan_.name);
            return error.with_hint(::geteuid() == 0
                                       ? "a container may do that only with CAP_SYS_ADMIN"
                                       : "only root may enter an image");
        }
        channel_ = std::move(ends.first);
        ends.second.reset();
        return follow();
    }

   private:
    Result<Exit> follow() {
        std::optional<Error> failed;
        for (;;) {
            pollfd waits[] = {{channel_.get(), POLLIN, 0}, {signals_.fd(), POLLIN, 0}};
            if (::poll(waits, 2, -1) < 0) continue;
            if (waits[1].revents != 0)
                while (const auto signal = signals_.next())
                    send(channel_.get(), {Word::Signal, *signal, {}, {}});
            if (waits[0].revents == 0) continue;
            const auto message = receive(channel_.get());
            if (!message && failed) return *failed;
            if (!message) return Error(ErrorCode::Io, "the first process in the image was killed");
            if (message->word == Word::Warn) warn_(message->text);
            if (message->word == Word::Failed) failed = error_of(*message);
            if (message->word == Word::Stopped) stop();
            if (message->word == Word::Ended && failed) return *failed;
            if (message->word == Word::Ended)
                return WIFSIGNALED(message->number) ? Exit{.signal = WTERMSIG(message->number)}
                                                    : Exit{.code = WEXITSTATUS(message->number)};
        }
    }

    /// What the user's shell sees is us.
    void stop() {
        if (interactive_) ::tcsetpgrp(STDIN_FILENO, ::getpgrp());
        ::kill(::getpid(), SIGSTOP);
        const bool foreground = interactive_ && ::tcgetpgrp(STDIN_FILENO) == ::getpgrp();
        send(channel_.get(), {Word::Continue, foreground ? 1 : 0, {}, {}});
    }

    const Plan& plan_;
    const Command& command_;
    const Warn& warn_;
    const bool interactive_;
    Signals signals_;
    UniqueFd channel_;
    pid_t pid_ = -1;
};

}  // namespace

Result<Exit> run(const Plan& plan,
                 const Command& command,
                 const std::function<void(const std::string&)>& warn) {
    return Visit(plan, command, warn).run();
}

}  // namespace ww::enter
