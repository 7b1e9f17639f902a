// SPDX-License-Identifier: BSD-3-Clause
#include "base/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "base/check.h"

namespace ww {

namespace {

constexpr int kStopTickMs = 200;  // how long a stop goes unnoticed

struct Pipe {
    UniqueFd read_end;
    UniqueFd write_end;

    static Result<Pipe> make() {
        int fds[2];
        if (::pipe2(fds, O_CLOEXEC) != 0) return Error::from_errno(errno, "pipe");
        return Pipe{UniqueFd(fds[0]), UniqueFd(fds[1])};
    }
};

// What posix_spawn(3) is told besides the words.
class SpawnOptions {
   public:
    explicit SpawnOptions(const Program& program) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawnattr_init(&attributes_);
        for (const Program::Passed& passed : program.descriptors)
            ::posix_spawn_file_actions_adddup2(&actions_, passed.ours, passed.theirs);
        int flags = 0;
        if (program.own_group) flags |= POSIX_SPAWN_SETPGROUP;  // of its own number
        if (program.fresh_signals) {
            sigset_t none, all;
            ::sigemptyset(&none);
            ::sigfillset(&all);
            ::posix_spawnattr_setsigmask(&attributes_, &none);
            ::posix_spawnattr_setsigdefault(&attributes_, &all);
            flags |= POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
        }
        ::posix_spawnattr_setflags(&attributes_, static_cast<short>(flags));
    }
    SpawnOptions(const SpawnOptions&) = delete;
    SpawnOptions& operator=(const SpawnOptions&) = delete;
    ~SpawnOptions() {
        ::posix_spawnattr_destroy(&attributes_);
        ::posix_spawn_file_actions_destroy(&actions_);
    }

    const posix_spawn_file_actions_t* actions() const { return &actions_; }
    const posix_spawnattr_t* attributes() const { return &attributes_; }

   private:
    posix_spawn_file_actions_t actions_;
    posix_spawnattr_t attributes_;
};

/// Ours with `more` in it. The pointers are into `more` and into ours.
std::vector<char*> environment_with(const std::vector<std::string>& more) {
    std::vector<char*> all;
    const auto name_of = [](std::string_view text) { return text.substr(0, text.find('=')); };
    for (char** at = environ; *at != nullptr; ++at)
        if (std::none_of(more.begin(), more.end(), [&](const std::string& text) {
                return name_of(text) == name_of(*at);
            }))
            all.push_back(*at);
    for (const std::string& text : more) all.push_back(const_cast<char*>(text.c_str()));
    all.push_back(nullptr);
    return all;
}

/// Reads both pipes until their ends, whichever has something.
Result<void> drain(std::array<UniqueFd, 2>& ends,
                   std::array<std::string*, 2> texts,
                   const CaptureOptions& options) {
    std::array<char, 64 << 10> buffer{};
    const int tick = options.stop.stop_possible() ? kStopTickMs : -1;
    while (ends[0].valid() || ends[1].valid()) {
        if (options.stop.stop_requested()) return Error(ErrorCode::Cancelled, "stopped");
        if (texts[0]->size() + texts[1]->size() > options.most_bytes)
            return Error(ErrorCode::TooLarge,
                         fmt::format("it says more than {} bytes", options.most_bytes));
        std::array<pollfd, 2> waits{};
        for (size_t i = 0; i < 2; ++i) waits[i] = {ends[i].get(), POLLIN, 0};
        if (::poll(waits.data(), waits.size(), tick) < 0 && errno != EINTR)
            return Error::from_errno(errno, "poll");
        for (size_t i = 0; i < 2; ++i) {
            if (!ends[i].valid() || waits[i].revents == 0) continue;
            const ssize_t got = ::read(ends[i].get(), buffer.data(), buffer.size());
            if (got > 0)
                texts[i]->append(buffer.data(), static_cast<size_t>(got));
            else if (got == 0 || errno != EINTR)
                ends[i].reset();
        }
    }
    return {};
}

}  // namespace

int Exit::status() const { return signal == 0 ? code : 128 + signal; }

std::string Exit::describe() const {
    return signal == 0 ? fmt::format("exit status {}", code)
                       : fmt::format("killed by signal {}", signal);
}

Result<Process> Process::start(const Program& program) {
    const std::string& file = program.file.empty() ? program.words[0] : program.file;
    std::vector<char*> argv;
    for (const std::string& word : program.words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    const SpawnOptions options(program);
    std::vector<char*> environment = environment_with(program.environment);
    pid_t pid = 0;
    const int failed = ::posix_spawnp(&pid,
                                      file.c_str(),
                                      options.actions(),
                                      options.attributes(),
                                      argv.data(),
                                      environment.data());
    if (failed != 0) return Error::from_errno(failed, "start " + file);
    return Process(pid, program.own_group);
}

Result<Process> Process::copy(const std::function<int()>& body) {
    std::fflush(nullptr);
    const pid_t pid = ::fork();
    if (pid < 0) return Error::from_errno(errno, "fork");
    if (pid == 0) std::exit(body());
    return Process(pid, /*group=*/false);
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), group_(other.group_) {}

Process& Process::operator=(Process&& other) noexcept {
    if (this != &other) {
        put_down();
        pid_ = std::exchange(other.pid_, 0);
        group_ = other.group_;
    }
    return *this;
}

Process::~Process() { put_down(); }

void Process::put_down() {
    kill();
    if (started()) (void)wait();
}

Result<UniqueFd> Process::ended_fd() const {
    UniqueFd fd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
    if (!fd.valid()) return Error::from_errno(errno, "pidfd_open");
    return fd;
}

void Process::ask_to_end() const {
    if (started()) ::kill(group_ ? -pid_ : pid_, SIGTERM);
}

void Process::kill() const {
    if (started()) ::kill(group_ ? -pid_ : pid_, SIGKILL);
}

Exit Process::wait() {
    WW_CHECK(started(), "there is a process to wait for");
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    return WIFSIGNALED(status) ? Exit{.signal = WTERMSIG(status)}
                               : Exit{.code = WEXITSTATUS(status)};
}

Result<std::string> own_program() {
    std::array<char, PATH_MAX> self{};
    const ssize_t length = ::readlink("/proc/self/exe", self.data(), self.size());
    if (length <= 0) return Error::from_errno(errno, "readlink /proc/self/exe");
    return std::string(self.data(), static_cast<size_t>(length));
}

Result<Exit> run_program(const std::vector<std::string>& words) {
    std::fflush(nullptr);  // what we said comes before what it says
    WW_TRY(Process process, Process::start({.words = words}));
    return process.wait();
}

Result<Captured> capture_program(const std::vector<std::string>& words,
                                 const CaptureOptions& options) {
    WW_TRY(Pipe out, Pipe::make());
    WW_TRY(Pipe err, Pipe::make());
    WW_TRY(Process process,
           Process::start({.words = words,
                           .descriptors = {{out.write_end.get(), STDOUT_FILENO},
                                           {err.write_end.get(), STDERR_FILENO}}}));
    out.write_end.reset();
    err.write_end.reset();
    Captured captured;
    std::array<UniqueFd, 2> ends{std::move(out.read_end), std::move(err.read_end)};
    WW_TRY_VOID(drain(ends, {&captured.output, &captured.errors}, options));  // else kills it
    captured.exit = process.wait();
    return captured;
}

}  // namespace ww
