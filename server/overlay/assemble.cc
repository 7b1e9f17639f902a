// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/assemble.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <map>

#include "archive/tree.h"
#include "base/guarded.h"
#include "base/path.h"

namespace ww::overlay {

namespace {

constexpr std::string_view kTemplateSuffix = ".ww";

// A file called just ".ww" has no name left without the suffix: it is a plain file.
bool is_template_name(const std::string& path) {
    return path.ends_with(kTemplateSuffix) && base_name(path) != kTemplateSuffix;
}

struct Found {
    std::string path;  // in the overlay
    struct stat status{};
    std::string link_target;
};

// One overlay on its way into the tree.
class OverlayPass {
   public:
    OverlayPass(const Workshop& workshop,
                const Overlay& overlay,
                std::string content,
                render::RootData& root,
                render::Inputs& inputs,
                Assembled& out)
        : workshop_(workshop),
          content_(std::move(content)),
          root_(root),
          inputs_(inputs),
          out_(out) {
        root_.overlay = overlay.name;
    }

    Result<void> run() {
        WW_TRY(const std::vector<Found> found, walk());
        // Folders first, so that a template may put a file into one that comes later by name.
        for (const Found& entry : found) {
            if (S_ISDIR(entry.status.st_mode))
                WW_TRY_VOID(out_.files.add_folder(entry.path, ModeAndOwner::of(entry.status)));
        }
        for (const Found& entry : found) WW_TRY_VOID(add(entry), "adding {}", entry.path);
        return {};
    }

   private:
    Result<std::vector<Found>> walk() {
        inputs_.add_link(content_);
        const UniqueFd top(::open(content_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!top.valid()) return Error::from_errno(errno, "open " + content_);
        std::vector<Found> found;
        WW_TRY_VOID(archive::walk_tree(
            top.get(), [&](const archive::TreeEntry& entry) -> Result<archive::Walk> {
                inputs_.add_link(source(entry.path));
                Found one{entry.path, entry.status, {}};
                if (S_ISLNK(entry.status.st_mode)) {
                    WW_TRY(one.link_target, entry.link_target());
                }
                found.push_back(std::move(one));
                return archive::Walk::Enter;
            }));
        return found;
    }

    Result<void> add(const Found& entry) {
        const mode_t mode = entry.status.st_mode;
        if (S_ISDIR(mode)) return {};
        if (is_template_name(entry.path) && (S_ISREG(mode) || S_ISLNK(mode)))
            return add_template(entry.path);
        if (S_ISLNK(mode)) return out_.files.add_link(entry.path, entry.link_target, {0777, 0, 0});
        if (!S_ISREG(mode))
            return Error(ErrorCode::Unprocessable,
                         "overlays hold files, folders and links; this is neither");
        WW_TRY(auto data, workshop_.payloads.get(source(entry.path)));
        return out_.files.add_file(
            entry.path, ModeAndOwner::of(entry.status), std::move(data), Backup::No);
    }

    Result<void> add_template(const std::string& path) {
        root_.build_source = source(path);
        inputs_.add(root_.build_source);  // of a link, what it leads to
        struct stat status{};
        if (::stat(root_.build_source.c_str(), &status) != 0)
            return Error::from_errno(errno, "stat " + root_.build_source);
        WW_TRY(const tmpl::Template parsed, workshop_.templates.get(root_.build_source));
        WW_TRY(render::Rendered rendered,
               render::render(parsed, {root_, workshop_.images, inputs_}));
        for (std::string& warning : rendered.warnings) out_.warnings.push_back(std::move(warning));
        if (!rendered.write) return {};
        for (size_t i = 0; i < rendered.outputs.size(); ++i) {
            if (rendered.written(i))
                WW_TRY_VOID(add_output(path,
                                       std::move(rendered.outputs[i]),
                                       ModeAndOwner::of(status),
                                       rendered.backup ? Backup::Once : Backup::No));
        }
        return {};
    }

    Result<void> add_output(const std::string& template_path,
                            render::Output output,
                            const ModeAndOwner& meta,
                            Backup backup) {
        const std::string folder(parent_of(template_path));
        std::string path = template_path.substr(0, template_path.size() - kTemplateSuffix.size());
        if (!output.name.empty()) {
            WW_TRY(path, output_path(folder, output.name));
            if (output.name.starts_with('/'))
                WW_TRY_VOID(out_.files.add_parents(path, folder_mode(folder)));
        }
        if (output.is_link)
            return out_.files.add_link(path, std::move(output.target), {0777, 0, 0});
        auto data = std::make_shared<const std::string>(std::move(output.text));
        return out_.files.add_file(path, meta, std::move(data), backup);
    }

    mode_t folder_mode(const std::string& folder) const {
        struct stat status{};
        return ::stat(source(folder).c_str(), &status) == 0 ? status.st_mode & kPermissions : 0755;
    }

    std::string source(const std::string& path) const { return content_ + "/" + path; }

    const Workshop& workshop_;
    const std::string content_;
    render::RootData& root_;
    render::Inputs& inputs_;
    Assembled& out_;
};

}  // namespace

struct PayloadCache::State {
    struct Payload {
        FileIdentity identity;
        FileTree::Data data;
    };
    Guarded<std::map<std::string, Payload>> payloads;
};

PayloadCache::PayloadCache() : state_(std::make_unique<State>()) {}
PayloadCache::~PayloadCache() = default;

Result<FileTree::Data> PayloadCache::get(const std::string& path) {
    WW_TRY(const FileIdentity identity, identity_of(path));
    const auto known = state_->payloads.with([&](auto& all) -> FileTree::Data {
        const auto found = all.find(path);
        return found != all.end() && found->second.identity == identity ? found->second.data
                                                                        : nullptr;
    });
    if (known) return known;
    WW_TRY(std::string text, read_file(path));
    auto data = std::make_shared<const std::string>(std::move(text));
    state_->payloads.with(
        [&](auto& all) { all.insert_or_assign(path, State::Payload{identity, data}); });
    return FileTree::Data(data);
}

Result<Assembled> assemble(const Workshop& workshop,
                           const std::vector<std::string>& overlays,
                           render::RootData& root,
                           render::Inputs& inputs) {
    Assembled out;
    for (const std::string& name : overlays) {
        inputs.add(workshop.folders.site + "/" + name);
        inputs.add(workshop.folders.distribution + "/" + name);
        const auto overlay = find_overlay(workshop.folders, name);
        if (!overlay)
            return overlay.error().with_frame(
                fmt::format("looking for overlay \"{}\" of node {}", name, root.node.id));
        std::vector<std::string> contents{overlay->content_root()};
        if (!root.arch.empty()) {
            std::string special = overlay->content_root_for(root.arch);
            inputs.add(special);  // it may come
            if (is_directory(special)) contents.push_back(std::move(special));
        }
        for (std::string& content : contents)
            WW_TRY_VOID(
                OverlayPass(workshop, *overlay, std::move(content), root, inputs, out).run(),
                "building overlay \"{}\" for node {}",
                name,
                root.node.id);
    }
    return out;
}

}  // namespace ww::overlay
