// SPDX-License-Identifier: BSD-3-Clause
//
// wwmkchroot: a root file system in a folder, made by the distribution's own tools with the rights
// and the repositories of the caller. Environment: YUM_MIRROR, DEB_MIRROR, in place of the
// repositories this machine is set up for.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>

#include "base/file.h"
#include "base/machine/architecture.h"
#include "base/nearest.h"
#include "ctl/warewulf3/options.h"

namespace ww::ctl::warewulf3 {

namespace {

enum class Tool { Dnf, Mmdebstrap };

struct Template {
    std::string_view name;
    Tool tool;
    std::string_view release;  // dnf's releasever, Debian's suite
    std::string_view kernel;   // Debian's package of it, "*": with the architecture at its end
};

constexpr Template kTemplates[] = {
    {"centos-7", Tool::Dnf, "7", "kernel"},
    {"centos-stream-9", Tool::Dnf, "9-stream", "kernel"},
    {"centos-stream-10", Tool::Dnf, "10-stream", "kernel"},
    {"rhel-8", Tool::Dnf, "8", "kernel"},
    {"rhel-9", Tool::Dnf, "9", "kernel"},
    {"rhel-10", Tool::Dnf, "10", "kernel"},
    {"rocky-8", Tool::Dnf, "8", "kernel"},
    {"rocky-9", Tool::Dnf, "9", "kernel"},
    {"rocky-10", Tool::Dnf, "10", "kernel"},
    {"almalinux-8", Tool::Dnf, "8", "kernel"},
    {"almalinux-9", Tool::Dnf, "9", "kernel"},
    {"almalinux-10", Tool::Dnf, "10", "kernel"},
    {"debian-11", Tool::Mmdebstrap, "bullseye", "linux-image-*"},
    {"debian-12", Tool::Mmdebstrap, "bookworm", "linux-image-*"},
    {"debian-13", Tool::Mmdebstrap, "trixie", "linux-image-*"},
    {"ubuntu-22.04", Tool::Mmdebstrap, "jammy", "linux-image-generic"},
    {"ubuntu-24.04", Tool::Mmdebstrap, "noble", "linux-image-generic"},
};

/// What a node needs to boot and to be reached; the rest is the site's.
constexpr std::string_view kRpmPackages =
    "basesystem bash coreutils dracut ethtool findutils glibc-langpack-en grep gzip hostname "
    "iproute "
    "iputils kmod less nfs-utils openssh-clients openssh-server passwd procps-ng rsyslog sed sudo "
    "systemd tar tzdata util-linux vim-minimal which";
constexpr std::string_view kDebPackages =
    "bash,ethtool,gzip,hostname,ifupdown,iproute2,iputils-ping,kmod,less,nfs-common,openssh-client,"
    "openssh-server,procps,rsyslog,sudo,systemd-sysv,tar,tzdata,udev,vim-tiny";

/// Debian's names are Go's, but for the ones that nodes do not have.
std::string debian_name(Architecture architecture) { return std::string(go_name(architecture)); }

std::string mirror(const char* variable) {
    const char* const value = std::getenv(variable);
    return value == nullptr ? std::string() : value;
}

Plan::Step program(Words words) { return {Plan::Step::Kind::Program, std::move(words)}; }

/// A repository of files on this machine is what its administrator put there.
bool is_local(const std::string& url) { return url.starts_with("file:") || url.starts_with('/'); }

Plan::Step with_dnf(const Template& chosen,
                    Architecture architecture,
                    const std::string& folder,
                    const Words& more) {
    Words words{"dnf",
                "-y",
                "--installroot=" + folder,
                fmt::format("--releasever={}", chosen.release),
                "--setopt=install_weak_deps=False"};
    if (architecture != own_architecture())
        words.push_back(fmt::format("--forcearch={}", to_string(architecture)));
    if (const std::string url = mirror("YUM_MIRROR"); !url.empty())
        words = joined(words, {"--repofrompath=wwmkchroot," + url, "--repo=wwmkchroot"});
    if (is_local(mirror("YUM_MIRROR"))) words.emplace_back("--setopt=wwmkchroot.gpgcheck=0");
    words = joined(words, more);
    words = joined(words, {"install", std::string(chosen.kernel)});
    return program(joined(words, cut(kRpmPackages, " ")));
}

Plan::Step with_mmdebstrap(const Template& chosen,
                           Architecture architecture,
                           const std::string& folder,
                           const Words& more) {
    std::string kernel(chosen.kernel);
    if (kernel.ends_with('*')) kernel.replace(kernel.size() - 1, 1, debian_name(architecture));
    const std::string url = mirror("DEB_MIRROR");
    Words words{"mmdebstrap",
                "--architectures=" + debian_name(architecture),
                "--variant=important",
                fmt::format("--include={},{}", kernel, kDebPackages)};
    // The root has to see the mirror, too. Source: mmdebstrap(1), "file-mirror-automount".
    if (is_local(url))
        words.emplace_back("--hook-dir=/usr/share/mmdebstrap/hooks/file-mirror-automount");
    words = joined(joined(words, more), {std::string(chosen.release), folder});
    if (!url.empty()) words.push_back(url);
    return program(std::move(words));
}

Result<Plan> wwmkchroot(const Line& line, Site&) {
    Plan plan;
    WW_TRY_VOID(plain_flags(line, plan));
    const std::string& name = line.targets[0];
    std::vector<std::string_view> known;
    const Template* chosen = nullptr;
    for (const Template& each : kTemplates) {
        if (each.name == name) chosen = &each;
        known.push_back(each.name);
    }
    if (chosen == nullptr) {
        const std::string nearest = nearest_hint(name, known);
        return Error(ErrorCode::NotFound, fmt::format("no such template: {}", name))
            .with_hint(fmt::format("{}there are {}; others: wwctl image import docker://… NAME",
                                   nearest.empty() ? "" : nearest + "; ",
                                   fmt::join(known, ", ")));
    }
    Architecture architecture = own_architecture();
    if (const std::string word = line.options.text("arch"); !word.empty()) {
        const auto found = architecture_from(word);
        if (!found)
            return Error(ErrorCode::InvalidArgument, fmt::format("{} is no architecture", word))
                .with_hint("such as x86_64, aarch64");
        architecture = *found;
    }
    const std::string& folder = line.targets[1];
    const Words more(line.targets.begin() + 2, line.targets.end());
    plan.steps.push_back(chosen->tool == Tool::Dnf
                             ? with_dnf(*chosen, architecture, folder, more)
                             : with_mmdebstrap(*chosen, architecture, folder, more));
    return plan;
}

}  // namespace

std::vector<Word> chroot_words() {
    using enum Becomes;
    const std::vector<Option> options = {
        {"arch", 'a', Own, {}, "x86_64, aarch64; without it, this machine's"},
        {"debug", 'd', Own, {}, "Without effect: all commands are shown", FlagKind::Bool},
        {"verbose", 'v', Own, {}, "Without effect: all commands are shown", FlagKind::Bool},
    };
    return {{"wwmkchroot",
             "",
             "TEMPLATE FOLDER [-- OPTION ...]",
             kTwoOrMoreTargets,
             "dnf --installroot, mmdebstrap",
             wwmkchroot,
             options}};
}

}  // namespace ww::ctl::warewulf3
