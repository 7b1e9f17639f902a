// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/origins/walked.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>

#include "archive/tree.h"
#include "base/path.h"

namespace ww::overlay {

namespace {

Result<Walked> seen_on_disk(const std::string& root, const archive::TreeEntry& entry) {
    struct stat status = entry.status;
    Walked walked;
    walked.path = entry.path;
    walked.source = root + "/" + entry.path;
    const bool is_link = S_ISLNK(status.st_mode);
    walked.is_template = is_template_file(entry.path) && (is_link || S_ISREG(status.st_mode));
    if (walked.is_template && ::stat(walked.source.c_str(), &status) != 0)
        return Error::from_errno(errno, "stat " + walked.source);
    walked.meta = ModeAndOwner::of(status);
    walked.identity = identity_of(status);
    if (S_ISDIR(status.st_mode)) {
        walked.kind = Kind::Folder;
    } else if (is_link && !walked.is_template) {
        walked.kind = Kind::Link;
        walked.meta = {0777, 0, 0};
        WW_TRY(std::string target, entry.link_target());
        walked.other = std::make_shared<const std::string>(std::move(target));
    } else {
        walked.is_odd = !S_ISREG(status.st_mode);
    }
    return walked;
}

Walked seen_instead(const std::string& root, const std::string& path, const OtherFile& file) {
    Walked walked;
    walked.path = path;
    walked.source = root + "/" + path;
    walked.kind = file.kind;
    walked.is_template = file.kind == Kind::File && is_template_file(path);
    walked.meta = file.kind == Kind::Link ? ModeAndOwner{0777, 0, 0} : file.meta;
    walked.is_on_disk = false;
    if (file.text) walked.other = std::make_shared<const std::string>(*file.text);
    return walked;
}

// As a walk comes by them: what is in a folder after it, and before the next name beside it.
bool walk_order(const std::string& a, const std::string& b) {
    const auto rank = [](char c) { return c == '/' ? 0 : 1 + static_cast<unsigned char>(c); };
    return std::ranges::lexicographical_compare(a, b, {}, rank, rank);
}

}  // namespace

bool is_template_file(std::string_view path) {
    // A file called just ".ww" has no name left without the suffix: it is a plain file.
    return path.ends_with(kTemplateSuffix) && base_name(path) != kTemplateSuffix;
}

Result<WalkedFiles> walk_overlay(const std::string& content_root, const OtherOverlay* others) {
    auto all = std::make_shared<std::vector<Walked>>();
    const bool on_disk = others == nullptr || others->base != OtherOverlay::Base::Nothing;
    const UniqueFd top(::open(content_root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (on_disk && top.valid())
        WW_TRY_VOID(archive::walk_tree(
            top.get(), [&](const archive::TreeEntry& entry) -> Result<archive::Walk> {
                if (others != nullptr && others->files.contains(entry.path))
                    return archive::Walk::Enter;
                WW_TRY(Walked walked, seen_on_disk(content_root, entry));
                all->push_back(std::move(walked));
                return archive::Walk::Enter;
            }));
    if (others == nullptr) return WalkedFiles(std::move(all));
    for (const auto& [path, file] : others->files)
        if (file && !path.empty()) all->push_back(seen_instead(content_root, path, *file));
    std::ranges::sort(*all, walk_order, &Walked::path);
    return WalkedFiles(std::move(all));
}

}  // namespace ww::overlay
