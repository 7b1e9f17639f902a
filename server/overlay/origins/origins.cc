// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/origins/origins.h"

#include <sys/stat.h>

#include <algorithm>

#include "base/path.h"
#include "render/shared_renders.h"
#include "render/template_error.h"

namespace ww::overlay {

namespace {

constexpr std::string_view kBackupName = ".wwbackup";

/// Parsed templates that are on no disk.
class OtherTemplates {
   public:
    Result<tmpl::Template> get(const Walked& file) {
        return parsed_.with([&](auto& all) -> Result<tmpl::Template> {
            if (const auto known = all.find(file.source); known != all.end()) return known->second;
            auto parsed = tmpl::parse(
                *file.other, std::string(base_name(file.path)), render::overlay_functions());
            if (!parsed)
                return render::template_error(
                    parsed.error(), *file.other, fmt::format("parsing {}", file.source));
            return all.emplace(file.source, std::move(*parsed)).first->second;
        });
    }

   private:
    Guarded<std::map<std::string, tmpl::Template>> parsed_;
};

/// Files of one node while they are put together.
class Gathering {
   public:
    explicit Gathering(Origins& out) : out_(out) {}

    /// Errors: those of FileTree.
    void add(Brought brought, Backup backup = Backup::No) {
        const size_t number = out_.brought.size();
        const std::string path = brought.path;
        const auto before = out_.files.find(path);
        const bool hides = before != out_.files.end() && brought.kind != Kind::Folder;
        const std::string saved = path + std::string(kBackupName);
        const bool had_backup = tree_.entries().contains(saved);
        const Result<void> put = put_into_tree(brought, backup);
        if (!put) {
            out_.conflicts.push_back({brought.overlay, brought.source, put.error()});
            return;
        }
        brought.meta = tree_.entries().at(path).meta;  // a folder keeps the mode it had
        Origins::Here here{.by = number};
        if (hides) {
            here.hidden = before->second.hidden;
            here.hidden.push_back(before->second.by);
            if (!had_backup && tree_.entries().contains(saved))
                out_.files[saved] = {.by = before->second.by, .hidden = {}, .is_backup = true};
        }
        out_.files[path] = std::move(here);
        out_.brought.push_back(std::move(brought));
    }

    /// Folders above a file that its template named by an absolute path.
    void add_parents(const Brought& of, mode_t mode) {
        const std::string parent(parent_of(of.path));
        if (tree_.has_folder(parent)) return;
        Brought folder = of;
        folder.path = parent;
        folder.kind = Kind::Folder;
        folder.meta = {mode, 0, 0};
        folder.text = nullptr;
        add_parents(folder, mode);
        add(std::move(folder));
    }

   private:
    Result<void> put_into_tree(const Brought& brought, Backup backup) {
        static const auto kUnread = std::make_shared<const std::string>();
        switch (brought.kind) {
            case Kind::Folder:
                return tree_.add_folder(brought.path, brought.meta);
            case Kind::Link:
                return tree_.add_link(brought.path, "", brought.meta);
            case Kind::File:
                return tree_.add_file(brought.path, brought.meta, kUnread, backup);
        }
        return {};
    }

    Origins& out_;
    FileTree tree_;
};

}  // namespace

bool Brought::is_same_as(const Brought& other) const {
    if (kind != other.kind || meta.mode != other.meta.mode || meta.uid != other.meta.uid ||
        meta.gid != other.meta.gid || is_known != other.is_known)
        return false;
    if (kind == Kind::Folder) return true;
    if (text && other.text) return *text == *other.text;
    return !text && !other.text && file == other.file;
}

const Brought* Origins::at(const std::string& path) const {
    const auto found = files.find(path);
    return found == files.end() ? nullptr : &brought[found->second.by];
}

struct OriginFinder::State {
    State(const Materials& given, OtherFiles files) : materials(given), others(std::move(files)) {}

    const OtherOverlay* others_of(const std::string& overlay) const {
        const auto found = others.find(overlay);
        return found == others.end() ? nullptr : &found->second;
    }

    /// Errors: NotFound, InvalidArgument.
    Result<Overlay> overlay_named(const std::string& name) const {
        const OtherOverlay* other = others_of(name);
        if (other == nullptr || other->base == OtherOverlay::Base::OnDisk)
            return find_overlay(materials.folders, name);
        if (other->base == OtherOverlay::Base::Nothing)
            return Overlay{name, materials.folders.site + "/" + name, true};
        Folders without_site = materials.folders;
        without_site.site = without_site.distribution;
        return find_overlay(without_site, name);
    }

    /// What is in a content root of it. Errors: Io.
    Result<WalkedFiles> files_in(const std::string& root, const OtherOverlay* other) {
        const auto known = walked.with([&](auto& all) { return all[root]; });
        if (known) return known;
        WW_TRY(WalkedFiles files, walk_overlay(root, other));
        walked.with([&](auto& all) { all[root] = files; });
        return files;
    }

    Result<tmpl::Template> parsed(const Walked& file) {
        if (file.is_on_disk) return materials.templates.get(file.source);
        return other_templates.get(file);
    }

    const Materials materials;
    const OtherFiles others;
    OtherTemplates other_templates;
    render::SharedRenders renders;
    Guarded<std::map<std::string, WalkedFiles>> walked;
};

namespace {

/// One overlay for one node.
class Bringing {
   public:
    Bringing(const Materials& materials,
             render::SharedRenders& renders,
             std::string overlay,
             render::RootData& root,
             Origins& out,
             Gathering& gathering)
        : materials_(materials),
          renders_(renders),
          overlay_(std::move(overlay)),
          root_(root),
          out_(out),
          gathering_(gathering) {
        root_.overlay = overlay_;
    }

    template <class Parsed>
    void bring(const std::vector<Walked>& files, const Parsed& parsed) {
        // Folders first, so that a template may put a file into one that comes later by name.
        for (const Walked& file : files)
            if (file.kind == Kind::Folder) gathering_.add(plain(file));
        for (const Walked& file : files) {
            if (file.kind == Kind::Folder) continue;
            if (file.is_template && !(file.other == nullptr && !file.is_on_disk))
                bring_template(file, parsed(file), files);
            else if (file.is_odd)
                out_.failures.push_back(
                    {overlay_,
                     file.source,
                     Error(ErrorCode::Unprocessable,
                           "overlays hold files, folders and links; this is neither")});
            else
                gathering_.add(plain(file));
        }
    }

   private:
    using Made = std::shared_ptr<const render::SharedRenders::Made>;

    Brought plain(const Walked& file) const {
        Brought brought{.path = file.path, .kind = file.kind, .meta = file.meta};
        if (file.is_template) brought.path.resize(file.path.size() - kTemplateSuffix.size());
        brought.text = file.other;
        if (file.is_on_disk && file.kind == Kind::File) brought.file = file.identity;
        brought.overlay = overlay_;
        brought.source = file.source;
        brought.is_known = file.is_on_disk || file.other != nullptr || file.kind == Kind::Folder;
        return brought;
    }

    void bring_template(const Walked& file,
                        const Result<tmpl::Template>& parsed,
                        const std::vector<Walked>& files) {
        TemplateRun run{.overlay = overlay_, .path = file.path, .source = file.source};
        if (!parsed) return failed(std::move(run), parsed.error());
        root_.build_source = file.source;
        const Made made = renders_.render(*parsed, {root_, materials_.images}, file.source);
        run.trace = made->trace;
        if (!made->rendered) return failed(std::move(run), made->rendered.error());
        const render::Rendered& rendered = *made->rendered;
        run.aborted = !rendered.write;
        run.warnings = rendered.warnings;
        const size_t number = out_.runs.size();
        out_.runs.push_back(std::move(run));
        if (!rendered.write) return;
        for (size_t i = 0; i < rendered.outputs.size(); ++i)
            if (rendered.written(i)) bring_output(file, made, i, number, files);
    }

    void bring_output(const Walked& file,
                      const Made& made,
                      size_t index,
                      size_t run,
                      const std::vector<Walked>& files) {
        const render::Rendered& rendered = *made->rendered;
        const render::Output& output = rendered.outputs[index];
        Brought brought{.path = file.path.substr(0, file.path.size() - kTemplateSuffix.size()),
                        .meta = file.meta,
                        .overlay = overlay_,
                        .source = file.source,
                        .line = output.line,
                        .run = run};
        const std::string folder(parent_of(file.path));
        if (!output.name.empty()) {
            auto path = output_path(folder, output.name);
            if (!path) {
                out_.failures.push_back({overlay_, file.source, path.error()});
                return;
            }
            brought.path = std::move(*path);
            if (output.name.starts_with('/'))
                gathering_.add_parents(brought, folder_mode(folder, files));
        }
        if (output.is_link) {
            brought.kind = Kind::Link;
            brought.meta = {0777, 0, 0};
        }
        // Shared with the rendering, and so by all nodes for which it is the same.
        brought.text = FileTree::Data(made, output.is_link ? &output.target : &output.text);
        gathering_.add(std::move(brought), rendered.backup ? Backup::Once : Backup::No);
    }

    void failed(TemplateRun run, const Error& error) {
        out_.failures.push_back({overlay_, run.source, error});
        run.error = error;
        out_.runs.push_back(std::move(run));
    }

    static mode_t folder_mode(const std::string& folder, const std::vector<Walked>& files) {
        const auto found = std::ranges::find(files, folder, &Walked::path);
        return found == files.end() ? 0755 : found->meta.mode;
    }

    const Materials& materials_;
    render::SharedRenders& renders_;
    const std::string overlay_;
    render::RootData& root_;
    Origins& out_;
    Gathering& gathering_;
};

}  // namespace

OriginFinder::OriginFinder(const Materials& materials, OtherFiles others)
    : state_(std::make_unique<State>(materials, std::move(others))) {}
OriginFinder::~OriginFinder() = default;

const OtherFiles& OriginFinder::others() const { return state_->others; }

Origins OriginFinder::find(const std::vector<std::string>& overlays, render::RootData& root) {
    Origins out;
    Gathering gathering(out);
    for (const std::string& name : overlays) {
        const auto overlay = state_->overlay_named(name);
        if (!overlay) {
            out.failures.push_back({name, "", overlay.error()});
            continue;
        }
        std::vector<std::pair<std::string, const OtherOverlay*>> roots{
            {overlay->content_root(), state_->others_of(name)}};
        if (!root.arch.empty()) roots.emplace_back(overlay->content_root_for(root.arch), nullptr);
        Bringing bringing(state_->materials, state_->renders, name, root, out, gathering);
        for (const auto& [content, other] : roots) {
            const auto files = state_->files_in(content, other);
            if (files)
                bringing.bring(**files, [&](const Walked& file) { return state_->parsed(file); });
            else
                out.failures.push_back({name, content, files.error()});
        }
    }
    return out;
}

FileTree::Data OriginFinder::text_of(const Brought& brought) const {
    if (brought.text || !brought.is_known) return brought.text;
    if (brought.kind != Kind::File || brought.file.size > kMostText) return nullptr;
    const auto text = read_file(brought.source, kMostText);
    return text ? std::make_shared<const std::string>(*text) : nullptr;
}

}  // namespace ww::overlay
