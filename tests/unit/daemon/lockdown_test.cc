// SPDX-License-Identifier: BSD-3-Clause
//
// What a process can still do after each step. Each check runs in a child of its own, which reports
// by its exit status.
#include "daemon/lockdown.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <thread>

#include "base/file.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ww::daemon;

namespace {

// 0 if `check` said yes in a child process.
template <class Check>
bool in_child(Check check) {
    const pid_t pid = ::fork();
    if (pid == 0) ::_exit(check() ? 0 : 1);
    int status = 0;
    REQUIRE(::waitpid(pid, &status, 0) == pid);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool opens(const char* path, int flags = O_RDONLY) {
    const ww::UniqueFd fd(::open(path, flags | O_CLOEXEC, 0600));
    return fd.valid();
}

bool has_landlock() {
    return ::syscall(
               SYS_landlock_create_ruleset, nullptr, size_t{0}, LANDLOCK_CREATE_RULESET_VERSION) >=
           1;
}

std::string status_line(const std::string& name) {
    const auto text = ww::read_file("/proc/self/status");
    if (!text) return "";
    const size_t at = text->find("\n" + name + ":");
    return text->substr(at + 1, text->find('\n', at + 1) - at - 1);
}

/// As the filter of a container does it that does not know the call.
bool refuse_landlock() {
    std::array code = {
        sock_filter{BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)},
        sock_filter{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_landlock_create_ruleset},
        sock_filter{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EPERM},
        sock_filter{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
    };
    const sock_fprog program{code.size(), code.data()};
    return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

}  // namespace

TEST_CASE("without root nothing of root is left", "[daemon][lockdown]") {
    if (::geteuid() != 0) {
        WARN("skipped: not root");
        return;
    }
    const ww::test::TempDir folder;
    REQUIRE(::chmod(folder.path().c_str(), 0755) == 0);
    const std::string store = folder / "nodes.conf";
    REQUIRE(ww::replace_file(store, "nodes: {}\n"));
    CHECK(in_child(
        [] { return give_up_root() && ::geteuid() != 0 && ::getuid() != 0 && ::getgid() != 0; }));
    CHECK(in_child([] { return give_up_root() && ::getgroups(0, nullptr) == 0; }));
    CHECK(in_child([] { return give_up_root() && ::setuid(0) != 0; }));
    CHECK(in_child([] { return opens("/etc/shadow") && give_up_root() && !opens("/etc/shadow"); }));
    CHECK(in_child(
        [&] { return give_up_root() && opens(store.c_str()) && !opens(store.c_str(), O_WRONLY); }));
    CHECK(in_child([&] {
        return give_up_root() && !opens((folder / "new").c_str(), O_WRONLY | O_CREAT) &&
               ::unlink(store.c_str()) != 0;
    }));
    // CAP_NET_BIND_SERVICE is bit 10; nothing else is effective, and nothing can be gained.
    CHECK(in_child(
        [] { return give_up_root() && status_line("CapEff") == "CapEff:\t0000000000000400"; }));
    CHECK(in_child(
        [] { return give_up_root() && status_line("CapBnd") == "CapBnd:\t0000000000000000"; }));
    CHECK(in_child([] { return give_up_root() && status_line("NoNewPrivs") == "NoNewPrivs:\t1"; }));
}

TEST_CASE("sealed, a process has what it has", "[daemon][lockdown]") {
    CHECK(in_child([] {
        const ww::UniqueFd before(::open("/proc/self/status", O_RDONLY | O_CLOEXEC));
        if (!give_up_root() || !seal()) return false;
        const auto text = ww::read_fd(before.get(), "status");
        return text && text->find("\nCapEff:\t0000000000000000\n") != std::string::npos &&
               text->find("\nSeccomp:\t2\n") != std::string::npos;
    }));
    CHECK(in_child([] {
        if (!give_up_root() || !seal()) return false;
        // Even files that everybody may read, whether the kernel has Landlock or not.
        return !opens("/etc/passwd") && errno == EACCES &&
               ::syscall(SYS_openat2, AT_FDCWD, "/etc/passwd", nullptr, size_t{0}) < 0 &&
               errno == EACCES;
    }));
    CHECK(in_child([] {
        if (!give_up_root() || !seal()) return false;
        const long child = ::syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
        if (child == 0) ::_exit(0);
        return child < 0 && errno == EPERM && ::unshare(CLONE_NEWUSER) != 0;
    }));
    CHECK(in_child([] {
        if (!give_up_root() || !seal()) return false;
        constexpr size_t kPage = 4096;
        const auto map = [](int protection) {
            return ::mmap(nullptr, kPage, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        };
        void* const data = map(PROT_READ | PROT_WRITE);
        return data != MAP_FAILED && ::mprotect(data, kPage, PROT_READ | PROT_EXEC) != 0 &&
               map(PROT_READ | PROT_WRITE | PROT_EXEC) == MAP_FAILED;
    }));
    // What a server goes on doing.
    CHECK(in_child([] {
        if (!give_up_root() || !seal()) return false;
        bool ran = false;
        std::thread([&] { ran = true; }).join();
        return ran;
    }));
    CHECK(
        in_child([] { return give_up_root() && seal() && ::socket(AF_INET, SOCK_STREAM, 0) < 0; }));
    CHECK(in_child([] {
        char* const argv[] = {const_cast<char*>("/bin/true"), nullptr};
        return give_up_root() && seal() && ::execv("/bin/true", argv) != 0;
    }));
}

TEST_CASE("a seal that leaks is said to", "[daemon][lockdown]") {
    const ww::test::TempDir folder;
    const std::string log = folder / "log";
    const ww::UniqueFd out(::open(log.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    REQUIRE(out.valid());
    CHECK(in_child([&] {
        return ::dup2(out.get(), STDERR_FILENO) >= 0 && give_up_root() && refuse_landlock() &&
               seal();
    }));
    const auto said = ww::read_file(log);
    REQUIRE(said);
    CHECK(said->find(" warning front.lockdown ") != std::string::npos);
}
