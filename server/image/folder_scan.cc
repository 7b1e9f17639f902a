// SPDX-License-Identifier: BSD-3-Clause
#include "image/folder_scan.h"

#include <chrono>

namespace ww::image {

namespace {

/// Time stamps move in ticks of up to 10 ms: a folder read within a tick of its last change may
/// change again and look the same. The margin is wide, as a scan costs little.
constexpr std::chrono::nanoseconds kSettled = std::chrono::milliseconds(100);

int64_t now_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

bool matches(std::string_view name, std::string_view pattern) {
    const size_t star = pattern.find('*');
    if (star == std::string_view::npos) return name == pattern;
    if (!name.starts_with(pattern.substr(0, star))) return false;
    name.remove_prefix(star);
    pattern.remove_prefix(star + 1);
    for (size_t skipped = 0; skipped <= name.size(); ++skipped)
        if (matches(name.substr(skipped), pattern)) return true;
    return false;
}

std::optional<FileIdentity> identity_in(const ConfinedDir& rootfs, const std::string& folder) {
    const auto status = rootfs.status(folder);
    if (!status || !S_ISDIR(status->st_mode)) return std::nullopt;
    return identity_of(*status);
}

}  // namespace

bool FolderStates::hold(const ConfinedDir& rootfs) const {
    if (!lasting_) return false;
    for (const auto& [folder, identity] : folders_)
        if (identity_in(rootfs, folder) != identity) return false;
    return true;
}

const std::vector<std::string>& FolderScan::list(const std::string& folder) {
    const auto [at, is_new] = lists_.try_emplace(folder);
    if (!is_new) return at->second;
    // Its state before its names: a change in between makes the state old, not the names.
    const int64_t now = now_ns();
    const std::optional<FileIdentity> identity = identity_in(rootfs_, folder);
    if (identity && identity->ctime_ns + kSettled.count() > now) states_.lasting_ = false;
    states_.folders_.emplace(folder, identity);
    if (identity) at->second = rootfs_.list(folder);
    return at->second;
}

std::vector<std::string> FolderScan::names(const std::string& folder, std::string_view pattern) {
    std::vector<std::string> found;
    for (const std::string& name : list(folder))
        if (matches(name, pattern)) found.push_back(name);
    return found;
}

std::vector<std::string> FolderScan::files(const std::string& folder, std::string_view pattern) {
    std::vector<std::string> found = names(folder, pattern);
    std::erase_if(found, [&](const std::string& name) {
        const auto status = rootfs_.link_status(folder + "/" + name);
        return !status || S_ISDIR(status->st_mode);
    });
    return found;
}

bool FolderScan::reaches(const std::string& path) {
    if (rootfs_.status(path)) return true;
    // A link into nowhere may lead somewhere later without its own folder changing.
    states_.lasting_ = false;
    return false;
}

}  // namespace ww::image
