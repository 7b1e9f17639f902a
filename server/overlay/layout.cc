// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/layout.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>

#include "archive/tree.h"
#include "base/guarded.h"
#include "base/path.h"
#include "render/inputs.h"
#include "render/settle.h"

namespace ww::overlay {

namespace {

// A file called just ".ww" has no name left without the suffix: it is a plain file.
bool is_template_name(const std::string& path) {
    return path.ends_with(kTemplateSuffix) && base_name(path) != kTemplateSuffix;
}

std::optional<FileIdentity> identity_if_any(const std::string& path) {
    const auto found = identity_of(path);
    return found ? std::optional(*found) : std::nullopt;
}

// For what is read after it.
std::optional<FileIdentity> settled_identity_if_any(const std::string& path) {
    const auto found = identity_if_any(path);
    if (found) render::let_settle(*found);
    return found;
}

std::optional<struct stat> status_below(int folder, const std::string& path, int flags) {
    struct stat status{};
    if (::fstatat(folder, path.c_str(), &status, flags) != 0) return std::nullopt;
    return status;
}

Layout::Kind kind_of(const std::string& path, mode_t mode) {
    if (S_ISDIR(mode)) return Layout::Kind::Folder;
    if ((S_ISREG(mode) || S_ISLNK(mode)) && is_template_name(path)) return Layout::Kind::Template;
    if (S_ISLNK(mode)) return Layout::Kind::Link;
    return S_ISREG(mode) ? Layout::Kind::File : Layout::Kind::Other;
}

Result<Layout::Found> look_at(int top, const std::string& root, const archive::TreeEntry& entry) {
    Layout::Found found;
    found.kind = kind_of(entry.path, entry.status.st_mode);
    found.path = entry.path;
    found.identity = identity_of(entry.status);
    render::let_settle(found.identity);
    found.meta = ModeAndOwner::of(entry.status);
    if (found.kind == Layout::Kind::Link) {
        WW_TRY(found.target, entry.link_target());
    } else if (found.kind == Layout::Kind::File) {
        found.file =
            std::make_shared<const StaticFile>(StaticFile{root + "/" + entry.path, found.identity});
    } else if (found.kind == Layout::Kind::Template) {
        if (const auto source = status_below(top, entry.path, 0)) {
            found.source_identity = identity_of(*source);
            found.source_meta = ModeAndOwner::of(*source);
        }
    }
    return found;
}

Result<Layout::Content> walk(std::string root) {
    const UniqueFd top(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    struct stat status{};
    if (!top.valid() || ::fstat(top.get(), &status) != 0)
        return Error::from_errno(errno, "open " + root);
    Layout::Content content{std::move(root), identity_of(status), {}};
    render::let_settle(content.identity);
    WW_TRY_VOID(archive::walk_tree(
        top.get(), [&](const archive::TreeEntry& entry) -> Result<archive::Walk> {
            WW_TRY(Layout::Found found, look_at(top.get(), content.root, entry));
            content.found.push_back(std::move(found));
            return archive::Walk::Enter;
        }));
    return content;
}

bool content_unchanged(const Layout::Content& content) {
    const UniqueFd top(::open(content.root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    struct stat status{};
    if (!top.valid() || ::fstat(top.get(), &status) != 0 || identity_of(status) != content.identity)
        return false;
    return std::ranges::all_of(content.found, [&](const Layout::Found& found) {
        const auto now = status_below(top.get(), found.path, AT_SYMLINK_NOFOLLOW);
        if (!now || identity_of(*now) != found.identity) return false;
        if (found.kind != Layout::Kind::Template || !S_ISLNK(now->st_mode)) return true;
        const auto source = status_below(top.get(), found.path, 0);
        return source ? found.source_identity == identity_of(*source) : !found.source_identity;
    });
}

Name layout_name(const Layout& layout) {
    render::Packer packed;
    packed.text(layout.overlay.name);
    for (const Layout::Content& content : layout.contents) {
        packed.text(content.root);
        for (const Layout::Found& found : content.found) {
            packed.text(found.path);
            render::put_identity(packed, found.identity);
            if (found.source_identity) render::put_identity(packed, *found.source_identity);
        }
    }
    return Name::of(packed.bytes());
}

Result<LayoutPointer> lay_out(const Folders& folders,
                              const std::string& name,
                              const std::string& architecture) {
    auto layout = std::make_shared<Layout>();
    // Looked at before what is in them, so that what changes meanwhile is noticed the next time.
    for (const std::string& folder : {folders.site, folders.distribution})
        layout->places.emplace_back(folder + "/" + name,
                                    settled_identity_if_any(folder + "/" + name));
    WW_TRY(layout->overlay, find_overlay(folders, name));
    std::vector<std::string> roots{layout->overlay.content_root()};
    if (!architecture.empty()) {
        std::string special = layout->overlay.content_root_for(architecture);
        layout->places.emplace_back(special, settled_identity_if_any(special));  // it may come
        if (layout->places.back().second && is_directory(special))
            roots.push_back(std::move(special));
    }
    for (std::string& root : roots) {
        WW_TRY(Layout::Content content, walk(std::move(root)));
        layout->contents.push_back(std::move(content));
    }
    layout->name = layout_name(*layout);
    return LayoutPointer(std::move(layout));
}

}  // namespace

bool Layout::unchanged() const {
    return std::ranges::all_of(
               places,
               [](const auto& place) { return identity_if_any(place.first) == place.second; }) &&
           std::ranges::all_of(contents, content_unchanged);
}

struct Layouts::State {
    Guarded<std::map<std::pair<std::string, std::string>, LayoutPointer>> known;
};

Layouts::Layouts(const Folders& folders) : folders_(folders), state_(std::make_unique<State>()) {}
Layouts::~Layouts() = default;

Result<LayoutPointer> Layouts::get(const std::string& overlay, const std::string& architecture) {
    const std::pair key(overlay, architecture);
    const LayoutPointer known = state_->known.with([&](const auto& all) {
        const auto found = all.find(key);
        return found == all.end() ? nullptr : found->second;
    });
    if (known && known->unchanged()) return known;
    WW_TRY(LayoutPointer layout, lay_out(folders_, overlay, architecture));
    state_->known.with([&](auto& all) { all.insert_or_assign(key, layout); });
    return layout;
}

}  // namespace ww::overlay
