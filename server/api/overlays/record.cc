// SPDX-License-Identifier: BSD-3-Clause
#include "api/overlays/record.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <map>
#include <optional>

#include "archive/tree_copy.h"
#include "base/confined_dir.h"
#include "base/digest.h"
#include "base/path.h"
#include "overlay/builder.h"
#include "overlay/mode_and_owner.h"
#include "store/database.h"

namespace ww::api {

namespace {

using store::FileChange;
using store::KeptFile;
using Kept = std::map<std::string, KeptFile>;  // by path

// A template is smaller; a larger file is known by its digest alone.
constexpr int64_t kMostText = 64 << 10;

Result<void> copy_tree(const std::string& from, const std::string& to) {
    WW_TRY(const ConfinedDir source, ConfinedDir::open(from));
    WW_TRY(const ConfinedDir target, ConfinedDir::open(to));
    return archive::copy_tree(source, target);
}

std::string digest_of(const ConfinedDir& root, const std::string& path) {
    const auto file = root.open_file(path);
    if (!file) return {};
    Sha256 digest;
    std::array<char, 64 << 10> buffer{};
    ssize_t got = 0;
    while ((got = ::read(file->get(), buffer.data(), buffer.size())) > 0)
        digest.update({buffer.data(), static_cast<size_t>(got)});
    return got < 0 ? std::string() : to_hex(digest.finish());
}

std::optional<std::string> link_target(const ConfinedDir& root, const std::string& path) {
    const auto parent = root.open_file(parent_of(path).empty() ? "." : parent_of(path), O_PATH);
    if (!parent) return std::nullopt;
    std::array<char, PATH_MAX> target{};
    const ssize_t size = ::readlinkat(
        parent->get(), std::string(base_name(path)).c_str(), target.data(), target.size());
    if (size < 0) return std::nullopt;
    return std::string(target.data(), static_cast<size_t>(size));
}

std::optional<KeptFile> kept(const ConfinedDir& root, const std::string& path) {
    const auto status = root.link_status(path);
    if (!status) return std::nullopt;
    const auto [mode, uid, gid] = overlay::ModeAndOwner::of(*status);
    KeptFile file{.mode = mode, .uid = uid, .gid = gid};
    if (S_ISDIR(status->st_mode)) {
        file.type = KeptFile::Type::Folder;
    } else if (S_ISLNK(status->st_mode)) {
        file.type = KeptFile::Type::Link;
        file.text = link_target(root, path);
    } else if (S_ISREG(status->st_mode)) {
        file.size = static_cast<uint64_t>(status->st_size);
        if (status->st_size <= kMostText) {
            if (auto text = root.read(path, kMostText)) file.text = *std::move(text);
        }
        file.digest = file.text ? sha256_hex(*file.text) : digest_of(root, path);
    } else {
        return std::nullopt;  // no command makes such
    }
    return file;
}

void keep_tree(const ConfinedDir& root, const std::string& folder, Kept& out) {
    for (const std::string& name : root.list(folder.empty() ? "." : folder)) {
        const std::string path = folder.empty() ? name : folder + "/" + name;
        auto file = kept(root, path);
        if (!file) continue;
        const bool is_folder = file->type == KeptFile::Type::Folder;
        out.emplace(path, *std::move(file));
        if (is_folder) keep_tree(root, path, out);
    }
}

Kept files_now(const Call& call, const OverlayChange& change) {
    Kept files;
    const auto found = overlay::find_overlay(call.site.overlays.folders(), change.overlay);
    if (!found) return files;
    const auto root = ConfinedDir::open(found->content_root());
    if (!root) return files;
    if (change.paths.empty()) {
        files.emplace("", KeptFile{.type = KeptFile::Type::Folder});
        keep_tree(*root, "", files);
    }
    for (const std::string& asked : change.paths) {
        const auto path = path_beneath(asked);
        if (!path) continue;
        if (path->empty()) {
            files.emplace("", KeptFile{.type = KeptFile::Type::Folder});
        } else if (auto file = kept(*root, *path)) {
            files.emplace(*path, *std::move(file));
        }
    }
    return files;
}

std::optional<KeptFile> file_at(const Kept& files, const std::string& path) {
    const auto found = files.find(path);
    return found == files.end() ? std::nullopt : std::optional(found->second);
}

std::vector<FileChange> changes_between(const std::string& overlay,
                                        const Kept& before,
                                        const Kept& after) {
    std::vector<FileChange> changes;
    Kept all = before;
    all.insert(after.begin(), after.end());
    for (const auto& [path, file] : all) {
        FileChange change{overlay, path, file_at(before, path), file_at(after, path)};
        if (change.before != change.after) changes.push_back(std::move(change));
    }
    return changes;
}

Result<void> bring_back(const overlay::Editor& editor, const FileChange& change) {
    const auto& [overlay, path, before, after] = change;
    if (!after) {
        if (path.empty()) return editor.remove(overlay, /*force=*/false);
        if (before->type == KeptFile::Type::Folder) return editor.remove_folder(overlay, path);
        return editor.remove_file(overlay, path, /*parents=*/false);
    }
    if (path.empty()) return editor.create(overlay);
    switch (after->type) {
        case KeptFile::Type::Link:
            return editor.make_link(overlay, path, after->text.value_or(""));
        case KeptFile::Type::Folder:
            WW_TRY_VOID(editor.make_folder(overlay, path, after->mode));
            break;
        case KeptFile::Type::File:
            WW_TRY_VOID(editor.write_file(
                overlay,
                path,
                {.text = *after->text, .mode = after->mode, .uid = after->uid, .gid = after->gid},
                {.parents = true, .overwrite = true}));
            break;
    }
    WW_TRY_VOID(editor.change_owner(overlay, path, after->uid, after->gid));
    return editor.change_mode(overlay, path, after->mode);
}

std::string names_of_files(const std::vector<FileChange>& changes) {
    std::vector<std::string> names;
    for (const FileChange& change : changes) names.push_back(change.name());
    return fmt::format("{}", fmt::join(names, ", "));
}

OverlayChange as_asked(const std::vector<FileChange>& changes, int64_t undoes) {
    OverlayChange asked{.overlay = changes.front().overlay, .undoes = undoes};
    for (const FileChange& change : changes) asked.paths.push_back(change.path);
    return asked;
}

}  // namespace

overlay::Editor overlay_editor(const Call& call) {
    static const overlay::CopyTree copy = copy_tree;
    return {call.site.overlays.folders(), copy};
}

Result<int64_t> recorded(Call& call,
                         const OverlayChange& change,
                         const std::function<Result<void>(const overlay::Editor&)>& work) {
    const Kept before = files_now(call, change);
    const Result<void> done = work(overlay_editor(call));
    auto changes = changes_between(change.overlay, before, files_now(call, change));
    Result<int64_t> number = int64_t{0};
    if (!changes.empty() && call.site.database.journal() != nullptr)
        number = call.site.database.record_files(
            {.author = author_of(call.caller), .undoes = change.undoes}, std::move(changes));
    if (!done) return done.error();
    if (!number) {
        call.note(
            {"warn", "this change will be missing in the history: " + number.error().message()});
        return 0;
    }
    return number;
}

Result<void> check_files(const Call& call, const std::vector<FileChange>& changes) {
    const Kept now = files_now(call, as_asked(changes, 0));
    std::vector<FileChange> differing;
    std::vector<FileChange> too_large;
    for (const FileChange& change : changes) {
        if (file_at(now, change.path) != change.before) differing.push_back(change);
        if (change.after && change.after->type == KeptFile::Type::File && !change.after->text)
            too_large.push_back(change);
    }
    if (!differing.empty())
        return Error(ErrorCode::Conflict,
                     fmt::format("changed again since: {}", names_of_files(differing)));
    if (!too_large.empty())
        return Error(
                   ErrorCode::FailedPrecondition,
                   fmt::format("too large for the history to keep: {}", names_of_files(too_large)))
            .with_hint("its digest is kept: wwctl diff shows which file it was");
    return {};
}

Result<int64_t> apply_files(Call& call, const std::vector<FileChange>& changes, int64_t undoes) {
    WW_TRY_VOID(check_files(call, changes));
    return recorded(
        call, as_asked(changes, undoes), [&](const overlay::Editor& editor) -> Result<void> {
            for (const FileChange& change : changes) WW_TRY_VOID(bring_back(editor, change));
            return {};
        });
}

}  // namespace ww::api
