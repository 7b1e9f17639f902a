// SPDX-License-Identifier: BSD-3-Clause
#include "configure/machine.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <vector>

#include "base/file.h"

namespace ww::configure {

namespace {

struct PackageNames {
    Software software;
    const char* debian;
    const char* red_hat;
    const char* suse;
};

constexpr PackageNames kPackages[] = {
    {Software::DhcpServer, "dnsmasq", "dnsmasq", "dnsmasq"},
    {Software::TftpServer, "tftpd-hpa", "tftp-server", "tftp"},
    {Software::NfsServer, "nfs-kernel-server", "nfs-utils", "nfs-kernel-server"},
    {Software::SshKeygen, "openssh-client", "openssh", "openssh-common"},
    {Software::BiosProgram, "ipxe", "ipxe-bootimgs-x86", "ipxe-bootimgs"},
    {Software::X64Program, "ipxe", "ipxe-bootimgs-x86", "ipxe-bootimgs"},
    {Software::ArmProgram, "ipxe", "ipxe-bootimgs-aarch64", "ipxe-bootimgs"},
    {Software::Shim, "shim-signed", "shim-x64", "shim"},
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

/// The value of a key of os-release(5), without quotes.
std::string os_release_value(std::string_view text, std::string_view key) {
    size_t start = 0;
    while (start < text.size()) {
        const size_t end = std::min(text.find('\n', start), text.size());
        std::string_view line = text.substr(start, end - start);
        start = end + 1;
        if (!line.starts_with(key) || line.substr(key.size()).substr(0, 1) != "=") continue;
        line.remove_prefix(key.size() + 1);
        if (line.size() >= 2 && (line.front() == '"' || line.front() == '\''))
            line = line.substr(1, line.size() - 2);
        return std::string(line);
    }
    return {};
}

}  // namespace

Machine Machine::this_one() {
    return {.root = {}, .home = home_of_user(), .is_root = ::geteuid() == 0};
}

Family Machine::family() const {
    auto text = read_file(at("/etc/os-release"));
    if (!text) text = read_file(at("/usr/lib/os-release"));
    if (!text) return Family::Unknown;
    const std::string words =
        fmt::format(" {} {} ", os_release_value(*text, "ID"), os_release_value(*text, "ID_LIKE"));
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
