// SPDX-License-Identifier: BSD-3-Clause
#include "enter/init.h"

#include <fmt/format.h>
#include <linux/capability.h>
#include <net/if.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "enter/channel.h"
#include "enter/root.h"

namespace ww::enter {

namespace {

/// No namespace keeps these from this machine; scripts of packages know no better.
constexpr int kWithheld[] = {CAP_SYS_MODULE, CAP_SYS_RAWIO, CAP_SYS_TIME, CAP_SYS_BOOT};

/// A new network namespace has a loopback device that is down. Source: netdevice(7).
Result<void> start_loopback() {
    const UniqueFd any(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq request{};
    request.ifr_name[0] = 'l';
    request.ifr_name[1] = 'o';
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    if (!any.valid() || ::ioctl(any.get(), SIOCSIFFLAGS, &request) != 0)
        return Error::from_errno(errno, "start the loopback device");
    return {};
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (const std::string& text : texts) all.push_back(const_cast<char*>(text.c_str()));
    all.push_back(nullptr);
    return all;
}

/// Why a program did not start, for who reads it outside.
Error exec_error(int failed, const std::string& word) {
    const bool is_path = word.find('/') != std::string::npos;
    if (failed == ENOENT && !is_path)
        return Error(ErrorCode::NotFound, fmt::format("the image has no program {}", word))
            .with_hint("searched in /bin, /sbin, /usr/bin, /usr/sbin and /usr/local");
    if (failed == ENOENT && ::access(word.c_str(), F_OK) == 0)
        return Error(ErrorCode::NotFound,
                     fmt::format("{} is there, but not the loader or interpreter it names", word));
    return Error::from_errno(failed, "run " + word);
}

class Init {
   public:
    Init(const Plan& plan, const Command& command, const InitOptions& options)
        : plan_(plan), command_(command), options_(options) {}

    Result<void> run() {
        if (!plan_.hostname.empty() &&
            ::sethostname(plan_.hostname.c_str(), plan_.hostname.size()) != 0)
            return Error::from_errno(errno, "set the host name");
        if (!plan_.network) WW_TRY_VOID(start_loopback());
        const auto warn = [&](const std::string& text) {
            send(channel(), {Word::Warn, 0, text, {}});
        };
        // What is lent is for everybody inside, whatever the caller hides from others.
        const mode_t callers = ::umask(022);
        WW_TRY_VOID(enter_root(plan_, warn));
        ::umask(callers);
        WW_TRY_VOID(watch_children());
        WW_TRY_VOID(start_command());
        wait();
        return {};
    }

   private:
    int channel() const { return options_.channel; }

    Result<void> watch_children() {
        sigset_t children;
        ::sigemptyset(&children);
        ::sigaddset(&children, SIGCHLD);
        ::sigprocmask(SIG_BLOCK, &children, nullptr);
        children_ = UniqueFd(::signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK));
        if (!children_.valid()) return Error::from_errno(errno, "signalfd");
        // Handing over the terminal is done from behind.
        ::signal(SIGTTOU, SIG_IGN);
        return {};
    }

    Result<void> start_command() {
        pid_ = ::fork();
        if (pid_ < 0) return Error::from_errno(errno, "fork");
        if (pid_ == 0) become_command();
        return {};
    }

    [[noreturn]] void become_command() {
        if (options_.interactive) {
            ::setpgid(0, 0);
            ::tcsetpgrp(STDIN_FILENO, ::getpgrp());
        }
        for (const int capability : kWithheld) ::prctl(PR_CAPBSET_DROP, capability);
        ::signal(SIGTTOU, SIG_DFL);
        ::sigprocmask(SIG_SETMASK, &options_.signals, nullptr);
        const std::vector<char*> words = pointers(command_.words);
        std::vector<char*> variables = pointers(command_.environment);
        environ = variables.data();  // whose PATH is searched
        ::execvp(words[0], words.data());
        send(channel(), failure(exec_error(errno, command_.words[0])));
        ::_exit(127);
    }

    void wait() {
        while (!ended_) {
            pollfd waits[] = {{children_.get(), POLLIN, 0}, {channel(), POLLIN, 0}};
            if (::poll(waits, 2, -1) < 0) continue;
            if (waits[0].revents != 0) reap();
            if (waits[1].revents != 0) obey();
        }
    }

    void reap() {
        signalfd_siginfo info{};
        while (::read(children_.get(), &info, sizeof info) > 0) {
        }
        int status = 0;
        for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0;) {
            if (pid != pid_) continue;
            if (WIFSTOPPED(status)) {
                send(channel(), {Word::Stopped, WSTOPSIG(status), {}, {}});
            } else {
                send(channel(), {Word::Ended, status, {}, {}});
                ended_ = true;
            }
        }
    }

    void obey() {
        const auto message = receive(channel());
        if (!message) ::_exit(1);  // nobody is outside any more
        const pid_t whom = options_.interactive ? -pid_ : pid_;
        if (message->word == Word::Signal) {
            ::kill(whom, message->number);
        } else if (message->word == Word::Continue) {
            if (message->number != 0) ::tcsetpgrp(STDIN_FILENO, pid_);
            ::kill(whom, SIGCONT);
        }
    }

    const Plan& plan_;
    const Command& command_;
    const InitOptions& options_;
    UniqueFd children_;
    pid_t pid_ = 0;
    bool ended_ = false;
};

}  // namespace

void run_inside(const Plan& plan, const Command& command, const InitOptions& options) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (const auto done = Init(plan, command, options).run(); !done)
        send(options.channel, failure(done.error()));
    ::_exit(0);
}

}  // namespace ww::enter
