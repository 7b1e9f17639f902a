// SPDX-License-Identifier: BSD-3-Clause
#include "base/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "support/catch.h"

using namespace ww;

namespace {

std::vector<std::string> shell(const std::string& script) { return {"sh", "-c", script}; }

struct Pipe {
    UniqueFd read_end;
    UniqueFd write_end;

    Pipe() {
        int fds[2];
        REQUIRE(::pipe2(fds, O_CLOEXEC) == 0);
        read_end = UniqueFd(fds[0]);
        write_end = UniqueFd(fds[1]);
    }
};

// A process that only its end or a signal ends, and the pipe that holds it.
struct Sleeper {
    Pipe pipe;
    Process process;

    Sleeper() {
        auto started = Process::start(
            {.words = shell("read line"), .descriptors = {{pipe.read_end.get(), STDIN_FILENO}}});
        REQUIRE(started);
        process = std::move(*started);
    }
};

bool readable(int fd, int timeout_ms) {
    pollfd wait{fd, POLLIN, 0};
    return ::poll(&wait, 1, timeout_ms) == 1;
}

}  // namespace

TEST_CASE("how a program ended is told", "[base][process]") {
    const auto ended = run_program(shell("exit 3"));
    REQUIRE(ended);
    CHECK(ended->code == 3);
    CHECK(ended->status() == 3);
    CHECK(ended->describe() == "exit status 3");
    const auto killed = run_program(shell("kill -TERM $$"));
    REQUIRE(killed);
    CHECK(killed->signal == SIGTERM);
    CHECK(killed->status() == 128 + SIGTERM);
    CHECK(killed->describe() == "killed by signal 15");
}

TEST_CASE("what a program says is kept, however much, each stream by itself", "[base][process]") {
    const auto captured = capture_program(
        shell("head -c 300000 /dev/zero >&2; head -c 200000 /dev/zero; echo end; exit 1"));
    REQUIRE(captured);
    CHECK(captured->exit.code == 1);
    CHECK(captured->errors.size() == 300000);
    CHECK(captured->output.size() == 200004);
    CHECK(captured->output.ends_with("end\n"));
}

TEST_CASE("a program that is not there", "[base][process]") {
    const auto none = run_program({"/no/such/program"});
    REQUIRE_FALSE(none);
    CHECK(none.error().code() == ErrorCode::NotFound);
    CHECK(none.error().message().find("start /no/such/program") != std::string::npos);
}

TEST_CASE("a program gets the descriptors it is given and no other", "[base][process]") {
    Pipe pipe;
    const std::string other = std::to_string(pipe.read_end.get());
    auto process = Process::start(
        {.words = {"another-name", "-c", "echo $0 >&9; test ! -e /proc/$$/fd/" + other},
         .file = "/bin/sh",
         .descriptors = {{pipe.write_end.get(), 9}}});
    REQUIRE(process);
    pipe.write_end.reset();
    CHECK(*read_fd(pipe.read_end.get(), "pipe") == "another-name\n");
    CHECK(process->wait().status() == 0);
    CHECK_FALSE(process->started());
}

TEST_CASE("a descriptor that is in place already is passed, too", "[base][process]") {
    Pipe pipe;
    const int fd = pipe.write_end.get();
    auto process = Process::start(
        {.words = shell("echo there >&" + std::to_string(fd)), .descriptors = {{fd, fd}}});
    REQUIRE(process);
    pipe.write_end.reset();
    CHECK(*read_fd(pipe.read_end.get(), "pipe") == "there\n");
}

TEST_CASE("signals that we ignore or block reach a program that asks for fresh ones",
          "[base][process]") {
    struct sigaction ignore{}, before{};
    ignore.sa_handler = SIG_IGN;
    REQUIRE(::sigaction(SIGUSR1, &ignore, &before) == 0);
    const auto ending = [](bool fresh) {
        auto process = Process::start({.words = shell("kill -USR1 $$"), .fresh_signals = fresh});
        return process->wait();
    };
    CHECK(ending(true).signal == SIGUSR1);
    CHECK(ending(false).status() == 0);
    REQUIRE(::sigaction(SIGUSR1, &before, nullptr) == 0);
}

TEST_CASE("the end of a process can be waited for with others", "[base][process]") {
    Sleeper sleeper;
    const auto end = sleeper.process.ended_fd();
    REQUIRE(end);
    CHECK_FALSE(readable(end->get(), 0));
    sleeper.process.kill();
    CHECK(readable(end->get(), 10000));
    CHECK(sleeper.process.wait().signal == SIGKILL);
}

TEST_CASE("a process does not outlive its owner", "[base][process]") {
    UniqueFd end;
    {
        Sleeper sleeper;
        end = *sleeper.process.ended_fd();
        Process other = std::move(sleeper.process);
        CHECK_FALSE(sleeper.process.started());
        CHECK(other.started());
        CHECK_FALSE(readable(end.get(), 0));
    }
    CHECK(readable(end.get(), 0));
}
