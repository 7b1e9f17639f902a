// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/file_tree.h"

#include "base/path.h"

namespace ww::overlay {

namespace {

constexpr std::string_view kBackupSuffix = ".wwbackup";

Error in_the_way(const std::string& path, const char* what) {
    return {ErrorCode::Unprocessable, fmt::format("{}: {}", path, what)};
}

}  // namespace

bool FileTree::has_folder(const std::string& path) const {
    if (path.empty()) return true;
    const auto found = entries_.find(path);
    return found != entries_.end() && found->second.kind == Kind::Folder;
}

Result<void> FileTree::add_folder(const std::string& path,
                                  const ModeAndOwner& meta,
                                  Origin origin) {
    const auto [entry, made] = entries_.try_emplace(
        path, Entry{Kind::Folder, meta, nullptr, Backup::Once, std::move(origin)});
    if (made) return {};
    if (entry->second.kind != Kind::Folder)
        return in_the_way(path,
                          "an earlier overlay has a file or link where this one has a folder");
    entry->second.meta.uid = meta.uid;
    entry->second.meta.gid = meta.gid;
    return {};
}

Result<void> FileTree::make_way(const std::string& path, Backup backup) {
    if (const std::string parent(parent_of(path)); !has_folder(parent))
        return in_the_way(path, "its folder does not exist in the overlay");
    const auto old = entries_.find(path);
    if (old == entries_.end()) return {};
    if (old->second.kind == Kind::Folder)
        return in_the_way(path,
                          "an earlier overlay has a folder where this one has a file or link");
    if (backup == Backup::Once)
        entries_.try_emplace(path + std::string(kBackupSuffix), old->second);
    entries_.erase(path);
    return {};
}

Result<void> FileTree::add_file(
    const std::string& path, const ModeAndOwner& meta, Data data, Backup backup, Origin origin) {
    WW_TRY_VOID(make_way(path, backup));
    entries_[path] = Entry{Kind::File, meta, std::move(data), backup, std::move(origin)};
    return {};
}

Result<void> FileTree::add_link(const std::string& path,
                                std::string target,
                                const ModeAndOwner& meta,
                                Origin origin) {
    WW_TRY_VOID(make_way(path, Backup::Once));
    entries_[path] = Entry{Kind::Link,
                           meta,
                           std::make_shared<const std::string>(std::move(target)),
                           Backup::Once,
                           std::move(origin)};
    return {};
}

Result<void> FileTree::add_parents(const std::string& path, mode_t mode, const Origin& origin) {
    const std::string parent(parent_of(path));
    if (has_folder(parent)) return {};
    WW_TRY_VOID(add_parents(parent, mode, origin));
    return add_folder(parent, ModeAndOwner{mode, 0, 0}, origin);
}

Result<std::string> output_path(std::string_view template_folder, std::string_view name) {
    auto path = path_beneath(name.starts_with('/') ? std::string(name)
                                                   : fmt::format("{}/{}", template_folder, name));
    if (!path)
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("file() path \"{}\" escapes output directory", name));
    if (path->empty())
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("file() path \"{}\" names no file", name));
    return std::move(*path);
}

}  // namespace ww::overlay
