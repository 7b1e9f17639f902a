// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/site.h"

#include <sys/stat.h>

#include <algorithm>
#include <set>

#include "base/confined_dir.h"

namespace ww::overlay {

namespace {

bool allowed_in_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == ':';
}

bool is_real_directory(const std::string& path) {
    struct stat status{};
    return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

std::vector<std::string> names_in(const std::string& folder) {
    const auto dir = ConfinedDir::open(folder);
    if (!dir) return {};
    std::vector<std::string> names = dir->list("");
    std::erase_if(names, [&](const std::string& name) {
        return name.starts_with('.') || !is_real_directory(folder + "/" + name);
    });
    return names;
}

}  // namespace

std::string Overlay::content_root() const {
    const std::string rootfs = folder + "/rootfs";
    return is_directory(rootfs) ? rootfs : folder;
}

Result<void> check_overlay_name(std::string_view name) {
    if (name.empty()) return Error(ErrorCode::InvalidArgument, "overlay name must not be empty");
    if (!std::all_of(name.begin(), name.end(), allowed_in_name) || name == "." || name == "..")
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("overlay name contains illegal characters: {}", name));
    return {};
}

Result<Overlay> find_overlay(const Folders& folders, const std::string& name) {
    WW_TRY_VOID(check_overlay_name(name));
    for (const bool site : {true, false}) {
        Overlay overlay{name, (site ? folders.site : folders.distribution) + "/" + name, site};
        if (is_directory(overlay.folder)) return overlay;
    }
    return Error(ErrorCode::NotFound, "overlay does not exist");
}

std::vector<Overlay> list_overlays(const Folders& folders) {
    std::vector<Overlay> out;
    std::set<std::string> seen;
    for (const std::string& folder : {folders.distribution, folders.site}) {
        for (const std::string& name : names_in(folder)) {
            if (!seen.insert(name).second) continue;
            if (auto overlay = find_overlay(folders, name)) out.push_back(std::move(*overlay));
        }
    }
    return out;
}

}  // namespace ww::overlay
