// SPDX-License-Identifier: BSD-3-Clause
//
// What can be wrong with an image: one row for each kind, the only truth about its word, how bad it
// is, what it means and what to do.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ww::image {

enum class Severity : uint8_t {
    Error,    // nodes will not come up
    Warning,  // they will, and something is wrong
    Info,     // good to know; not told but by `image check`
};
std::string_view to_string(Severity severity);

// clang-format off
//    name                word                   severity  what it means                                                                                  next step; NAME is the image
#define WW_FINDINGS(X)                                                                                                                                                                       \
    X(NoShell,            "no-shell",            Error,    "there is no /bin/sh, which runs the first program of every node",                             "install a shell in the image")      \
    X(NoInit,             "no-init",             Error,    "none of /sbin/init, /etc/init, /bin/init is a program: nodes have nothing to go on with",     "install systemd-sysv (Debian) or systemd") \
    X(NoKernel,           "no-kernel",           Error,    "there is no kernel, neither in /boot nor in /lib/modules",                                    "wwctl image exec NAME -- apt-get install linux-image-ARCH, or dnf install kernel") \
    X(WrongKernel,        "wrong-kernel",        Error,    "the kernel is for other machines than the programs",                                          "install one for the image's architecture, remove this one") \
    X(NoModules,          "no-modules",          Warning,  "there are no modules for this kernel: network and disks may be missing",                      "install the whole package the kernel is from") \
    X(NoModuleList,       "no-module-list",      Warning,  "modules.dep is missing: nothing is loaded by name",                                           "wwctl image exec NAME -- depmod RELEASE") \
    X(NoDracutModule,     "no-dracut-module",    Warning,  "nodes boot in two stages, and dracut's module wwinit is not installed",                       "install warewulf-dracut in the image") \
    X(NoInitramfs,        "no-initramfs",        Error,    "nodes boot in two stages, and this kernel has no initramfs",                                  "wwctl image exec NAME -- dracut --force --no-hostonly --add wwinit --kver RELEASE") \
    X(NoClient,           "no-wwclient",         Warning,  "the overlays have no wwclient for these machines, which keeps running nodes up to date",      "take it from wwd's package for that architecture") \
    X(HostKey,            "ssh-host-key",        Warning,  "every node would have this key, and so has whoever has the image",                            "remove it from the image; the overlay ssh.host_keys gives nodes theirs") \
    X(MachineId,          "machine-id",          Warning,  "every node would have this id, and some DHCP servers give equal ones one address",            "empty the file: nodes make their own") \
    X(ReadableSecret,     "readable-secret",     Warning,  "everybody on a node can read this secret",                                                    "chmod o= in the image") \
    X(WritableSecret,     "writable-secret",     Error,    "everybody on a node can replace this secret",                                                 "chmod o= in the image") \
    X(FileTooLarge,       "file-too-large",      Error,    "the archive has no room for files of 4 GiB or more",                                          "name it in the image's /etc/warewulf/excludes") \
    X(OverInitrdLimit,    "over-initrd-limit",   Warning,  "more than the kernel's header allows 32-bit boot loaders (BIOS) to load",                     "boot by UEFI or in two stages, or make it smaller") \
    X(Memory,             "memory",              Info,     "while it is unpacked; a root on tmpfs takes half of the memory at most",                      "give nodes at least twice the unpacked size")
// clang-format on

enum class Kind : uint8_t {
#define WW_FINDING_NAME(name, word, severity, meaning, next) name,
    WW_FINDINGS(WW_FINDING_NAME)
#undef WW_FINDING_NAME
};

struct KindRow {
    Kind kind;
    std::string_view word;
    Severity severity;
    std::string_view meaning;
    std::string_view next;
};
std::span<const KindRow> kinds();
const KindRow& row_of(Kind kind);

struct Finding {
    Kind kind;
    std::string path;          // in the image, or of a file that is missing
    std::string detail = {};   // figures, names
    std::string release = {};  // of the kernel it is about

    /// What it means, with the detail.
    std::string reason() const;
    /// The next step, for this image.
    std::string next(std::string_view image) const;
};

using Findings = std::vector<Finding>;

}  // namespace ww::image
