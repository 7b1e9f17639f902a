// SPDX-License-Identifier: BSD-3-Clause
//
// Installed packages of a side. Sources: dpkg's status file (deb-control format, dpkg(1) "package
// states"); rpm's databases through rpm itself, on a copy, since it writes beside what it reads.
#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/process.h"
#include "image/aside.h"
#include "image/diff/diff.h"

namespace ww::image {

namespace {

constexpr const char* kDpkgStatus = "var/lib/dpkg/status";
constexpr size_t kMaxStatusBytes = 256 << 20;

constexpr size_t kMaxRpmBytes = 64 << 20;  // of what rpm says

/// Where rpm of EL and Fedora, and of SUSE, have it; the second may be a link to the first.
constexpr std::array kRpmFolders = {"usr/lib/sysimage/rpm", "var/lib/rpm"};
constexpr std::array kRpmFiles = {"rpmdb.sqlite", "rpmdb.sqlite-wal", "Packages.db", "Packages"};

std::string_view field_of(std::string_view stanza, std::string_view name) {
    for (size_t at = 0; at < stanza.size();) {
        const size_t end = std::min(stanza.find('\n', at), stanza.size());
        const std::string_view line = stanza.substr(at, end - at);
        if (line.starts_with(name) && line.substr(name.size()).starts_with(": "))
            return line.substr(name.size() + 2);
        at = end + 1;
    }
    return {};
}

void add_package(Packages& packages, const std::string& name, std::string_view version) {
    std::string& versions = packages[name];
    if (!versions.empty()) versions += ", ";  // kernels are there several times
    versions += version;
}

Result<Packages> read_dpkg(const Side& side) {
    std::string text;
    WW_TRY_VOID(side.read(kDpkgStatus, [&](std::string_view piece) -> Result<bool> {
        if (text.size() + piece.size() > kMaxStatusBytes)
            return Error(ErrorCode::TooLarge, fmt::format("/{} is too large", kDpkgStatus));
        text += piece;
        return true;
    }));
    return packages_of_dpkg(text);
}

Result<void> copy_out(const Side& side, const std::string& path, const std::string& target) {
    const UniqueFd file(
        ::open(target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.valid()) return Error::from_errno(errno, "make " + target);
    return side.read(path, [&](std::string_view piece) -> Result<bool> {
        WW_TRY_VOID(write_all(file.get(), piece, target));
        return true;
    });
}

/// rpm makes an empty database where it finds none of a kind that it reads.
bool made_another(const std::string& folder, const std::vector<std::string>& files) {
    return std::ranges::any_of(kRpmFiles, [&](const char* name) {
        return std::ranges::find(files, name) == files.end() && exists(folder + "/" + name) &&
               !std::string_view(name).ends_with("-wal");
    });
}

Result<void> add_rpm(const Side& side,
                     const std::string& database,
                     const std::vector<std::string>& files,
                     std::stop_token stop,
                     Packages& packages) {
    const auto listed = capture_program({"rpm",
                                         "--dbpath",
                                         database,
                                         "--query",
                                         "--all",
                                         "--queryformat",
                                         "%{NAME}\\t%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\\n"},
                                        {.stop = std::move(stop), .most_bytes = kMaxRpmBytes});
    if (!listed && listed.error().code() == ErrorCode::NotFound)
        return Error(ErrorCode::FailedPrecondition,
                     fmt::format("packages of {} are in a database of rpm, and rpm is not "
                                 "installed on this machine",
                                 side.name()))
            .with_hint("install the package rpm");
    if (!listed) return listed.error().with_frame("asking rpm for packages of " + side.name());
    if (made_another(database, files))
        return Error(ErrorCode::FailedPrecondition,
                     fmt::format("rpm of this machine does not read the kind of database that {} "
                                 "has ({})",
                                 side.name(),
                                 files[0]));
    if (listed->exit.status() != 0)
        return Error(ErrorCode::Unprocessable,
                     fmt::format("rpm cannot read the database of {}: {}",
                                 side.name(),
                                 listed->errors.substr(0, listed->errors.find('\n'))));
    const std::string_view text = listed->output;
    for (size_t at = 0; at < text.size();) {
        const size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = text.substr(at, end - at);
        at = end + 1;
        const size_t tab = line.find('\t');
        if (tab == std::string_view::npos || line.starts_with("gpg-pubkey\t")) continue;
        add_package(packages, std::string(line.substr(0, tab)), line.substr(tab + 1));
    }
    return {};
}

}  // namespace

Packages packages_of_dpkg(std::string_view status) {
    Packages packages;
    for (size_t at = 0; at < status.size();) {
        const size_t end = std::min(status.find("\n\n", at), status.size());
        const std::string_view stanza = status.substr(at, end - at);
        at = end + 2;
        const std::string_view package = field_of(stanza, "Package");
        if (package.empty() || !field_of(stanza, "Status").ends_with(" installed")) continue;
        std::string name(package);
        if (field_of(stanza, "Multi-Arch") == "same")
            name += fmt::format(":{}", field_of(stanza, "Architecture"));
        add_package(packages, name, field_of(stanza, "Version"));
    }
    return packages;
}

Result<Packages> packages_of(const Images& images, const Side& side, std::stop_token stop) {
    Packages packages;
    if (side.entries().contains(kDpkgStatus)) {
        WW_TRY(packages, read_dpkg(side));
    }
    for (const char* folder : kRpmFolders) {
        std::vector<std::string> files;
        for (const char* name : kRpmFiles)
            if (side.entries().contains(fmt::format("{}/{}", folder, name)))
                files.emplace_back(name);
        if (files.empty()) continue;
        WW_TRY(const Aside aside, Aside::create(images.chroots()));
        for (const std::string& name : files)
            WW_TRY_VOID(copy_out(side,
                                 fmt::format("{}/{}", folder, name),
                                 fmt::format("{}/{}", aside.path(), name)));
        WW_TRY_VOID(add_rpm(side, aside.path(), files, stop, packages));
    }
    return packages;
}

}  // namespace ww::image
