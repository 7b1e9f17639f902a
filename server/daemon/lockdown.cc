// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/lockdown.h"

#include <fmt/format.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <pwd.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <system_error>
#include <vector>

#include "base/log.h"

namespace ww::daemon {

namespace {

Error failed(std::string_view call) {
    return Error::from_errno(errno, call).with_frame("giving up privileges");
}

// The effective and permitted sets become `mask` (bits 0..31), the inheritable one empty.
bool set_capabilities(uint32_t mask) {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, 2> data{};
    data[0].effective = mask;
    data[0].permitted = mask;
    return ::syscall(SYS_capset, &header, data.data()) == 0;
}

// What no process of ours may ever gain, not even by running a program with capabilities on its
// file.
void empty_bounding_set() {
    for (int capability = 0; ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability)
        (void)::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
}

constexpr uint32_t kBindOnly = 1u << CAP_NET_BIND_SERVICE;

// A ruleset that handles every access and allows none. An old kernel does not know the call, a
// container may forbid it.
void forbid_files() {
#ifdef SYS_landlock_create_ruleset
    const long abi =
        ::syscall(SYS_landlock_create_ruleset, nullptr, size_t{0}, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi < 1) {
        log::warn("front.lockdown the kernel offers no file system restriction (Landlock): {}",
                  std::generic_category().message(errno));
        return;
    }
    // All rights the first version knows are the bits up to MAKE_SYM; REFER and TRUNCATE came
    // later.
    landlock_ruleset_attr handled{};
    handled.handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
    if (abi >= 2) handled.handled_access_fs |= uint64_t{1} << 13;
    if (abi >= 3) handled.handled_access_fs |= uint64_t{1} << 14;
    const long ruleset = ::syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0u);
    if (ruleset < 0) return;
    if (::syscall(SYS_landlock_restrict_self, static_cast<int>(ruleset), 0u) != 0)
        log::warn("front.lockdown the kernel refused the file system restriction");
    (void)::close(static_cast<int>(ruleset));
#endif
}

#if defined(__x86_64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
constexpr uint32_t kArchitecture = 0;  // unknown: no filter
#endif

// Calls that a server which has its sockets never makes, and an intruder would make first.
constexpr std::array kForbidden = {
    SYS_execve,  SYS_execveat,    SYS_ptrace, SYS_process_vm_readv,  SYS_process_vm_writev,
    SYS_socket,  SYS_connect,     SYS_bind,   SYS_open_by_handle_at, SYS_mount,
    SYS_setns,   SYS_unshare,     SYS_bpf,    SYS_userfaultfd,       SYS_io_uring_setup,
    SYS_add_key, SYS_request_key, SYS_keyctl, SYS_perf_event_open,   SYS_pidfd_getfd,
};

// Files come as descriptors. (Landlock says the same where there is one.)
constexpr std::array kOpening = {
#ifdef SYS_open
    SYS_open,
    SYS_creat,
#endif
    SYS_openat,
    SYS_openat2,
};

constexpr uint32_t kNamespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                                 CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;

// Calls that are forbidden if one of these bits is set in an argument: threads without namespaces,
// memory without code.
struct ForbiddenBits {
    long call;
    size_t argument;
    uint32_t bits;
};
constexpr std::array kForbiddenBits = {
    ForbiddenBits{SYS_clone, 0, kNamespaces},
    ForbiddenBits{SYS_mmap, 2, PROT_EXEC},
    ForbiddenBits{SYS_mprotect, 2, PROT_EXEC},
    ForbiddenBits{SYS_pkey_mprotect, 2, PROT_EXEC},
};

// A list of what is forbidden rather than of what is allowed: a C library that starts to use
// another call must not take the service down.
void forbid_calls() {
    if (kArchitecture == 0) return;
    std::vector<sock_filter> code;
    const auto add = [&](uint16_t operation, uint32_t operand, uint8_t yes = 0, uint8_t no = 0) {
        code.push_back({operation, yes, no, operand});
    };
    const uint32_t refuse = SECCOMP_RET_ERRNO | EPERM;
    add(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch));
    add(BPF_JMP | BPF_JEQ | BPF_K, kArchitecture, 1, 0);
    add(BPF_RET | BPF_K, refuse);  // the numbers of another architecture mean other calls
    add(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr));
    const auto answer = [&](long call, uint32_t with) {
        add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(call), 0, 1);
        add(BPF_RET | BPF_K, with);
    };
    for (const long call : kForbidden) answer(call, refuse);
    for (const long call : kOpening) answer(call, SECCOMP_RET_ERRNO | EACCES);
    // Its flags are in memory, out of sight: the C library goes back to clone.
    answer(SYS_clone3, SECCOMP_RET_ERRNO | ENOSYS);
    for (const ForbiddenBits& row : kForbiddenBits) {
        add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(row.call), 0, 4);
        // The lower half: both machines are little-endian.
        add(BPF_LD | BPF_W | BPF_ABS,
            static_cast<uint32_t>(offsetof(seccomp_data, args) + 8 * row.argument));
        add(BPF_JMP | BPF_JSET | BPF_K, row.bits, 0, 1);
        add(BPF_RET | BPF_K, refuse);
        add(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    }
    add(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    const sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
    if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        log::warn("front.lockdown the kernel refused the system call filter");
}

}  // namespace

Result<void> give_up_root() {
    // Before anything else: no program with a set-user-id bit helps from here on.
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return failed("prctl PR_SET_NO_NEW_PRIVS");
    if (::geteuid() != 0) {  // from the beginning
        (void)::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
        return {};
    }
    const passwd* user = ::getpwnam("wwd");
    if (user == nullptr) user = ::getpwnam("nobody");
    if (user == nullptr)
        return Error(ErrorCode::NotFound,
                     "there is neither a user wwd nor a user nobody to run the front as");
    const uid_t uid = user->pw_uid;
    const gid_t gid = user->pw_gid;
    if (uid == 0) return Error(ErrorCode::InvalidArgument, "the user for the front is root");

    empty_bounding_set();
    if (::setgroups(0, nullptr) != 0) return failed("setgroups");
    // Capabilities survive the change of user only if asked to.
    if (::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0) return failed("prctl PR_SET_KEEPCAPS");
    if (::setresgid(gid, gid, gid) != 0) return failed("setresgid");
    if (::setresuid(uid, uid, uid) != 0) return failed("setresuid");
    if (!set_capabilities(kBindOnly)) {
        // In a container that lacks it the ports are high ones, or were passed in.
        if (!set_capabilities(0)) return failed("capset");
    }
    if (::setresuid(0, 0, 0) == 0) return Error(ErrorCode::Internal, "root could be taken back");
    // The key of the certificate is in memory: no core dump, no debugger of the same user.
    if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return failed("prctl PR_SET_DUMPABLE");
    if (::chdir("/") != 0) return failed("chdir /");
    return {};
}

Result<void> seal() {
    if (!set_capabilities(0)) return failed("capset");
    forbid_files();
    forbid_calls();
    return {};
}

}  // namespace ww::daemon
