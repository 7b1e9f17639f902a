// SPDX-License-Identifier: BSD-3-Clause
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "archive/tree.h"
#include "image/check/check.h"
#include "image/excludes.h"

namespace ww::image {

namespace {

using archive::TreeEntry;
using archive::Walk;

/// Secrets whatever is in them.
constexpr std::array<std::string_view, 8> kSecrets = {"etc/shadow",
                                                      "etc/shadow-",
                                                      "etc/gshadow",
                                                      "etc/gshadow-",
                                                      "etc/munge/munge.key",
                                                      "etc/krb5.keytab",
                                                      "etc/sssd/sssd.conf",
                                                      "root/.netrc"};
/// Where keys lie that are in use; elsewhere they are examples of packages.
constexpr std::array<std::string_view, 7> kKeyFolders = {
    "etc/", "root/", "home/", "srv/", "opt/", "usr/local/", "var/lib/"};
/// Thousands of small files without a secret.
constexpr std::array<std::string_view, 3> kPackageFolders = {
    "var/lib/dpkg/", "var/lib/rpm/", "var/lib/apt/"};

constexpr off_t kMaxKeyBytes = 64 << 10;
constexpr uint64_t kNewcLimit = uint64_t{4} << 30;

bool is_below(std::string_view path, std::span<const std::string_view> folders) {
    return std::ranges::any_of(folders,
                               [&](std::string_view folder) { return path.starts_with(folder); });
}

/// PEM and OpenSSH: "-----BEGIN [… ]PRIVATE KEY-----" (RFC 7468 §10, §11; PROTOCOL.key).
bool holds_private_key(const TreeEntry& entry) {
    const UniqueFd fd(
        ::openat(entry.folder, entry.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!fd.valid()) return false;
    std::string text(static_cast<size_t>(entry.status.st_size), '\0');
    const ssize_t got = ::pread(fd.get(), text.data(), text.size(), 0);
    text.resize(got > 0 ? static_cast<size_t>(got) : 0);
    const size_t begin = text.find("-----BEGIN ");
    if (begin == std::string::npos) return false;
    return text.find("PRIVATE KEY-----", begin) != std::string::npos;
}

bool is_secret(const TreeEntry& entry) {
    const std::string& path = entry.path;
    if (std::ranges::find(kSecrets, path) != kSecrets.end()) return true;
    return is_below(path, kKeyFolders) && !is_below(path, kPackageFolders) &&
           entry.status.st_size > 0 && entry.status.st_size <= kMaxKeyBytes &&
           holds_private_key(entry);
}

}  // namespace

Result<void> check_files(const ConfinedDir& rootfs,
                         const std::stop_token& stop,
                         Findings& findings) {
    Excludes excludes;
    if (const auto text = rootfs.read("etc/warewulf/excludes")) excludes = Excludes::parse(*text);
    WW_TRY(const UniqueFd top, rootfs.open_file(".", O_RDONLY | O_DIRECTORY));
    WW_TRY(const struct stat root, rootfs.status("."));
    const auto visit = [&](const TreeEntry& entry) -> Result<Walk> {
        if (entry.status.st_dev != root.st_dev || excludes.match(entry.path)) return Walk::Skip;
        if (!S_ISREG(entry.status.st_mode)) return Walk::Enter;
        const std::string path = "/" + entry.path;
        const auto size = static_cast<uint64_t>(entry.status.st_size);
        if (size >= kNewcLimit)
            findings.push_back({Kind::FileTooLarge, path, fmt::format("{} bytes", size)});
        const mode_t others = entry.status.st_mode & (S_IROTH | S_IWOTH);
        if (others != 0 && is_secret(entry))
            findings.push_back(
                {(others & S_IWOTH) != 0 ? Kind::WritableSecret : Kind::ReadableSecret,
                 path,
                 fmt::format("mode {:04o}", entry.status.st_mode & 07777)});
        return Walk::Enter;
    };
    return archive::walk_tree(top.get(), visit, stop);
}

}  // namespace ww::image
