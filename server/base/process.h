// SPDX-License-Identifier: BSD-3-Clause
//
// Other programs: started with what they are given of ours and nothing else, waited for, ended.
// Without a shell. Every descriptor we open is close-on-exec, so only those named are inherited.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace ww {

struct Program {
    struct Passed {
        int ours = -1;
        int theirs = -1;
    };

    std::vector<std::string> words;        // of the command line; the first is looked up in PATH
    std::string file = {};                 // what is run, if that is not the first word
    std::vector<Passed> descriptors = {};  // in this order; the standard ones are passed anyway
    bool fresh_signals = false;  // none blocked or ignored, whatever this process does with them
    bool own_group = false;      // it and what it starts are one process group, killed together
    std::vector<std::string> environment = {};  // "NAME=VALUE", beside ours or in place of it
};

/// How a process ended.
struct Exit {
    int code = 0;
    int signal = 0;  // that killed it; 0: none did

    /// As shells have it: 128 and the signal.
    int status() const;
    /// "exit status 3", "killed by signal 9".
    std::string describe() const;
};

/// Owns a child, or none. One that is still there when its owner goes is killed. One thread.
class Process {
   public:
    /// Errors: NotFound, PermissionDenied, Io, when it cannot be started.
    static Result<Process> start(const Program& program);

    /// A copy of this process, which runs `body`, ends with what that returns, and sees none of
    /// what follows here. Before any thread is started. Errors: Io.
    static Result<Process> copy(const std::function<int()>& body);

    Process() = default;
    Process(Process&& other) noexcept;
    Process& operator=(Process&& other) noexcept;
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    ~Process();

    /// Until wait() returned.
    bool started() const { return pid_ != 0; }
    /// A descriptor that is readable once the process has ended. Source: pidfd_open(2). Errors: Io.
    Result<UniqueFd> ended_fd() const;
    /// SIGTERM, to its group if it has one; returns at once. No effect without a process.
    void ask_to_end() const;
    /// SIGKILL, to its group if it has one; returns at once. No effect without a process.
    void kill() const;
    /// Blocks until the process has ended. There must be one.
    Exit wait();

   private:
    Process(pid_t pid, bool group) : pid_(pid), group_(group) {}
    void put_down();

    pid_t pid_ = 0;  // 0: none
    bool group_ = false;
};

/// The path of the program that runs us, links followed. Errors: Io (no /proc).
Result<std::string> own_program();

/// Runs a program on our terminal until it ends. Blocking. Errors: as Process::start().
Result<Exit> run_program(const std::vector<std::string>& words);

struct Captured {
    Exit exit;
    std::string output;
    std::string errors;
};

struct CaptureOptions {
    std::stop_token stop = {};
    size_t most_bytes = 256 << 20;  // of both together
};

/// The same with stdout and stderr kept, in memory; stdin is ours. After a stop, and if it says
/// too much, it is killed. Errors: also Cancelled, TooLarge.
Result<Captured> capture_program(const std::vector<std::string>& words,
                                 const CaptureOptions& options = {});

}  // namespace ww
