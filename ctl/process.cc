// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "base/file.h"

namespace ww::ctl {

namespace {

struct Pipe {
    UniqueFd read_end;
    UniqueFd write_end;

    static Result<Pipe> make() {
        int fds[2];
        if (::pipe2(fds, O_CLOEXEC) != 0) return Error::from_errno(errno, "pipe");
        return Pipe{UniqueFd(fds[0]), UniqueFd(fds[1])};
    }
};

Result<pid_t> start(const std::vector<std::string>& words,
                    const posix_spawn_file_actions_t* actions) {
    std::vector<std::string> copies = words;
    std::vector<char*> argv;
    for (std::string& word : copies) argv.push_back(word.data());
    argv.push_back(nullptr);
    std::fflush(nullptr);
    pid_t child = 0;
    const int failed = ::posix_spawnp(&child, argv[0], actions, nullptr, argv.data(), environ);
    if (failed != 0) return Error::from_errno(failed, "start " + words[0]);
    return child;
}

int wait_for(pid_t child) {
    constexpr int kSignalBase = 128;
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : kSignalBase + WTERMSIG(status);
}

/// Reads both pipes until their ends, whichever has something.
void drain(std::array<UniqueFd, 2>& ends, std::array<std::string*, 2> texts) {
    std::array<char, 64 << 10> buffer{};
    while (ends[0].valid() || ends[1].valid()) {
        std::array<pollfd, 2> waits{};
        for (size_t i = 0; i < 2; ++i) waits[i] = {ends[i].get(), POLLIN, 0};
        if (::poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) return;
        for (size_t i = 0; i < 2; ++i) {
            if (!ends[i].valid() || waits[i].revents == 0) continue;
            const ssize_t got = ::read(ends[i].get(), buffer.data(), buffer.size());
            if (got > 0)
                texts[i]->append(buffer.data(), static_cast<size_t>(got));
            else if (got == 0 || errno != EINTR)
                ends[i].reset();
        }
    }
}

}  // namespace

Result<Finished> run_program(const std::vector<std::string>& words) {
    WW_TRY(const pid_t child, start(words, nullptr));
    return Finished{wait_for(child), "", ""};
}

Result<Finished> capture_program(const std::vector<std::string>& words) {
    WW_TRY(Pipe out, Pipe::make());
    WW_TRY(Pipe err, Pipe::make());
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, out.write_end.get(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, err.write_end.get(), STDERR_FILENO);
    const auto child = start(words, &actions);
    ::posix_spawn_file_actions_destroy(&actions);
    if (!child) return child.error();
    out.write_end.reset();
    err.write_end.reset();
    Finished finished;
    std::array<UniqueFd, 2> ends{std::move(out.read_end), std::move(err.read_end)};
    drain(ends, {&finished.output, &finished.errors});
    finished.exit_status = wait_for(*child);
    return finished;
}

}  // namespace ww::ctl
