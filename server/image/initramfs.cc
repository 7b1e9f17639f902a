// SPDX-License-Identifier: BSD-3-Clause
#include "image/initramfs.h"

#include <array>

#include "base/path.h"
#include "image/folder_scan.h"

namespace ww::image {

namespace {

constexpr std::array<std::string_view, 3> kPrefixes = {"initramfs-", "initrd-", "initrd.img-"};

std::string_view release_of_initramfs(std::string_view path) {
    std::string_view name = base_name(path);
    for (const std::string_view prefix : kPrefixes) {
        if (!name.starts_with(prefix)) continue;
        name.remove_prefix(prefix.size());
        if (name.ends_with(".img")) name.remove_suffix(4);
        return name;
    }
    return {};
}

}  // namespace

std::string_view release_of_kernel(std::string_view path) {
    constexpr std::string_view kModules = "/lib/modules/";
    if (path.starts_with(kModules)) {
        path.remove_prefix(kModules.size());
        return path.substr(0, path.find('/'));
    }
    const std::string_view name = base_name(path);
    const size_t dash = name.find('-');
    return dash == std::string_view::npos ? std::string_view() : name.substr(dash + 1);
}

std::vector<std::string> find_initramfs_files(FolderScan& scan) {
    std::vector<std::string> paths;
    for (const std::string_view prefix : kPrefixes)
        for (const std::string& name : scan.files("/boot", std::string(prefix) + "*"))
            paths.push_back("/boot/" + name);
    return paths;
}

const std::string* initramfs_for(const Kernel& kernel, std::span<const std::string> files) {
    if (!kernel.version) return nullptr;
    const std::string_view release = release_of_kernel(kernel.path);
    const std::string* same_version = nullptr;
    const std::string* longer_version = nullptr;
    for (const std::string& file : files) {
        if (!release.empty() && release_of_initramfs(file) == release) return &file;
        const std::optional<Version> version = Version::find(file);
        if (!version) continue;
        if (same_version == nullptr && version->text() == kernel.version->text())
            same_version = &file;
        if (longer_version == nullptr && version->text().starts_with(kernel.version->text()))
            longer_version = &file;
    }
    return same_version != nullptr ? same_version : longer_version;
}

}  // namespace ww::image
