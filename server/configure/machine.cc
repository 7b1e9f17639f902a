// SPDX-License-Identifier: BSD-3-Clause
#include "configure/machine.h"

#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <vector>

#include "base/file.h"
#include "configure/shell_setting.h"

namespace ww::configure {

namespace {

struct PackageNames {
    Software software;
    const char* debian;
    const char* red_hat;
    const char* suse;
};

#ifdef __aarch64__
constexpr bool kIsArm = true;
#else
constexpr bool kIsArm = false;
#endif

constexpr PackageNames kPackages[] = {
    {Software::DhcpServer, "dnsmasq", "dnsmasq", "dnsmasq"},
    {Software::TftpServer, "tftpd-hpa", "tftp-server", "tftp"},
    {Software::NfsServer, "nfs-kernel-server", "nfs-utils", "nfs-kernel-server"},
    {Software::SshKeygen, "openssh-client", "openssh", "openssh-common"},
    {Software::BiosProgram, "ipxe", "ipxe-bootimgs-x86", "ipxe-bootimgs"},
    {Software::X64Program, "ipxe", "ipxe-bootimgs-x86", "ipxe-bootimgs"},
    {Software::ArmProgram, "ipxe", "ipxe-bootimgs-aarch64", "ipxe-bootimgs"},
    {Software::Shim, "shim-signed", kIsArm ? "shim-aa64" : "shim-x64", "shim"},
    {Software::Grub,
     kIsArm ? "grub-efi-arm64-signed" : "grub-efi-amd64-signed",
     kIsArm ? "grub2-efi-aa64" : "grub2-efi-x64",
     kIsArm ? "grub2-arm64-efi" : "grub2-x86_64-efi"},
    {Software::GrubModules,
     kIsArm ? "grub-efi-arm64-bin" : "grub-efi-amd64-bin",
     kIsArm ? "grub2-efi-aa64-modules" : "grub2-efi-x64-modules",
     kIsArm ? "grub2-arm64-efi" : "grub2-x86_64-efi"},
};

std::string home_of_user() {
    if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') return home;
    passwd entry{};
    passwd* found = nullptr;
    std::vector<char> space(16 << 10);
    if (::getpwuid_r(::getuid(), &entry, space.data(), space.size(), &found) == 0 &&
        found != nullptr)
        return entry.pw_dir;
    return "/";
}

std::vector<Interface> interfaces_here() {
    std::vector<Interface> found;
    ifaddrs* all = nullptr;
    if (::getifaddrs(&all) != 0) return found;
    for (const ifaddrs* each = all; each != nullptr; each = each->ifa_next) {
        if (each->ifa_addr == nullptr || each->ifa_addr->sa_family != AF_INET) continue;
        if ((each->ifa_flags & IFF_LOOPBACK) != 0) continue;
        // reinterpret_cast: sockaddr exists to be looked at as what its family says.
        const auto& address = reinterpret_cast<const sockaddr_in&>(*each->ifa_addr);
        found.push_back({each->ifa_name, IpAddress::from_v4(ntohl(address.sin_addr.s_addr))});
    }
    ::freeifaddrs(all);
    return found;
}

}  // namespace

Machine Machine::this_one() {
    return {.root = {},
            .home = home_of_user(),
            .is_root = ::geteuid() == 0,
            .interfaces = interfaces_here()};
}

Family Machine::family() const {
    auto text = read_file(at("/etc/os-release"));
    if (!text) text = read_file(at("/usr/lib/os-release"));
    if (!text) return Family::Unknown;
    const std::string words = fmt::format(" {} {} ",
                                          shell_setting(*text, "ID").value_or(""),
                                          shell_setting(*text, "ID_LIKE").value_or(""));
    const auto has = [&](std::string_view word) { return words.find(word) != std::string::npos; };
    if (has(" debian ") || has(" ubuntu ")) return Family::Debian;
    if (has(" rhel ") || has(" fedora ") || has(" centos ") || has(" openEuler "))
        return Family::RedHat;
    // "opensuse-leap", "sles", "suse"
    if (has("suse") || has(" sles")) return Family::Suse;
    return Family::Unknown;
}

std::string Machine::package_with(Software software) const {
    for (const PackageNames& names : kPackages) {
        if (names.software != software) continue;
        switch (family()) {
            case Family::Debian:
                return names.debian;
            case Family::RedHat:
                return names.red_hat;
            case Family::Suse:
                return names.suse;
            case Family::Unknown:
                break;
        }
        if (std::string_view(names.debian) == names.red_hat) return names.debian;
        return fmt::format(
            "{} (Debian), {} (EL) or {} (SUSE)", names.debian, names.red_hat, names.suse);
    }
    return {};
}

}  // namespace ww::configure
