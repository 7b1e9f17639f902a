// SPDX-License-Identifier: BSD-3-Clause
#include "api/overlays/record.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstdlib>
#include <map>
#include <optional>
#include <utility>

#include "api/plan/plan.h"
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

std::optional<KeptFile> kept(const ConfinedDir& root, const std::string& path, int64_t most_text) {
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
        if (status->st_size <= most_text) {
            if (auto text = root.read(path, most_text)) file.text = *std::move(text);
        }
        file.digest = file.text ? sha256_hex(*file.text) : digest_of(root, path);
    } else {
        return std::nullopt;  // no command makes such
    }
    return file;
}

void keep_tree(const ConfinedDir& root, const std::string& folder, int64_t most_text, Kept& out) {
    for (const std::string& name : root.list(folder.empty() ? "." : folder)) {
        const std::string path = folder.empty() ? name : folder + "/" + name;
        auto file = kept(root, path, most_text);
        if (!file) continue;
        const bool is_folder = file->type == KeptFile::Type::Folder;
        out.emplace(path, *std::move(file));
        if (is_folder) keep_tree(root, path, most_text, out);
    }
}

Kept files_in(const overlay::Folders& folders,
              const OverlayChange& change,
              int64_t most_text = kMostText) {
    Kept files;
    const auto found = overlay::find_overlay(folders, change.overlay);
    if (!found) return files;
    const auto root = ConfinedDir::open(found->content_root());
    if (!root) return files;
    if (change.paths.empty()) {
        files.emplace("", KeptFile{.type = KeptFile::Type::Folder});
        keep_tree(*root, "", most_text, files);
    }
    for (const std::string& asked : change.paths) {
        const auto path = path_beneath(asked);
        if (!path) continue;
        if (path->empty()) {
            files.emplace("", KeptFile{.type = KeptFile::Type::Folder});
        } else if (auto file = kept(*root, *path, most_text)) {
            files.emplace(*path, *std::move(file));
        }
    }
    return files;
}

Kept files_now(const Call& call, const OverlayChange& change) {
    return files_in(call.site.overlays.folders(), change);
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

/// A folder that goes with this.
class ScratchFolder {
   public:
    static Result<ScratchFolder> create() {
        const char* const below = std::getenv("TMPDIR");
        ScratchFolder folder;
        folder.path_ = fmt::format("{}/wwd-plan.XXXXXX", below == nullptr ? "/tmp" : below);
        if (::mkdtemp(folder.path_.data()) == nullptr)
            return Error::from_errno(errno, "mkdtemp " + std::exchange(folder.path_, {}));
        return folder;
    }
    ScratchFolder(ScratchFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    ScratchFolder& operator=(ScratchFolder&&) = delete;
    ~ScratchFolder() {
        if (!path_.empty()) (void)remove_tree(path_);
    }
    const std::string& path() const { return path_; }

   private:
    ScratchFolder() = default;
    std::string path_;
};

// Larger files are copied, and looked at, but not told.
constexpr int64_t kMostPlannedText = 1 << 20;

/// What `work` would do, tried on a copy.
Result<int64_t> planned(Call& call,
                        const OverlayChange& change,
                        const std::function<Result<void>(const overlay::Editor&)>& work) {
    const overlay::Folders& real = call.site.overlays.folders();
    WW_TRY(const ScratchFolder scratch, ScratchFolder::create());
    overlay::Folders folders = real;
    folders.site = scratch.path();
    const auto found = overlay::find_overlay(real, change.overlay);
    if (found && found->is_site) {
        const std::string copy = folders.site + "/" + found->name;
        WW_TRY_VOID(make_directories(copy));
        WW_TRY_VOID(copy_tree(found->folder, copy));
    }
    static const overlay::CopyTree copy = copy_tree;
    const Kept before = files_in(real, change, kMostPlannedText);
    WW_TRY_VOID(work(overlay::Editor(folders, copy)));
    call.plan->files =
        changes_between(change.overlay, before, files_in(folders, change, kMostPlannedText));
    return 0;
}

}  // namespace

Result<std::vector<FileChange>> changes_of_site(const Call& call,
                                                const std::string& overlay,
                                                const std::string& path) {
    const overlay::Folders& folders = call.site.overlays.folders();
    WW_TRY(const overlay::Overlay found, overlay::find_overlay(folders, overlay));
    overlay::Folders distribution = folders;
    distribution.site = folders.distribution;
    if (!overlay::find_overlay(distribution, overlay))
        return Error(ErrorCode::NotFound,
                     fmt::format("the distribution has no overlay {}", overlay));
    if (!found.is_site) return std::vector<FileChange>();
    OverlayChange asked{.overlay = overlay};
    if (!path.empty()) asked.paths.push_back(path);
    return changes_between(overlay, files_in(distribution, asked), files_in(folders, asked));
}

overlay::Editor overlay_editor(const Call& call) {
    static const overlay::CopyTree copy = copy_tree;
    return {call.site.overlays.folders(), copy};
}

Result<int64_t> recorded(Call& call,
                         const OverlayChange& change,
                         const std::function<Result<void>(const overlay::Editor&)>& work) {
    if (call.plan != nullptr) return planned(call, change, work);
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
