// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/site.h"

#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/confined_dir.h"
#include "base/nearest.h"

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

/// The site's, else the distribution's; nothing if neither has it.
std::optional<Overlay> look_up(const Folders& folders, const std::string& name) {
    for (const bool site : {true, false}) {
        Overlay overlay{name, (site ? folders.site : folders.distribution) + "/" + name, site};
        if (is_directory(overlay.folder)) return overlay;
    }
    return std::nullopt;
}

}  // namespace

std::string Overlay::content_root() const {
    const std::string rootfs = folder + "/rootfs";
    return is_directory(rootfs) ? rootfs : folder;
}

std::string Overlay::content_root_for(std::string_view architecture) const {
    return fmt::format("{}/rootfs.{}", folder, architecture);
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
    if (auto overlay = look_up(folders, name)) return *std::move(overlay);
    return Error(ErrorCode::NotFound, "overlay does not exist")
        .with_hint(overlay_hint(folders, name));
}

std::vector<Overlay> list_overlays(const Folders& folders) {
    std::vector<Overlay> out;
    std::set<std::string> seen;
    for (const std::string& folder : {folders.distribution, folders.site}) {
        for (const std::string& name : names_in(folder)) {
            if (!seen.insert(name).second || !check_overlay_name(name)) continue;
            if (auto overlay = look_up(folders, name)) out.push_back(*std::move(overlay));
        }
    }
    return out;
}

std::string overlay_hint(const Folders& folders, std::string_view wrong) {
    const std::vector<Overlay> all = list_overlays(folders);
    std::vector<std::string_view> names;
    for (const Overlay& overlay : all) names.push_back(overlay.name);
    return nearest_hint(wrong, names);
}

}  // namespace ww::overlay
