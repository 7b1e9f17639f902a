// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/assemble.h"

#include <fmt/ranges.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/path.h"

namespace ww::overlay {

namespace {

Name with(const Name& name, const Name& next) {
    return Name::of(std::string(name.view()) + std::string(next.view()));
}

int64_t seconds_of(const FileIdentity& identity) { return identity.ctime_ns / 1'000'000'000; }

// One folder of an overlay on its way into the tree.
class OverlayPass {
   public:
    OverlayPass(const Workshop& workshop,
                const Layout::Content& content,
                render::RootData& root,
                Assembled& out)
        : workshop_(workshop), content_(content), root_(root), out_(out) {}

    Result<void> run() {
        // Folders first, so that a template may put a file into one that comes later by name.
        for (const Layout::Found& entry : content_.found)
            if (entry.kind == Layout::Kind::Folder)
                WW_TRY_VOID(out_.files.add_folder(entry.path, entry.meta, since(entry)));
        for (const Layout::Found& entry : content_.found)
            WW_TRY_VOID(add(entry), "adding {}", entry.path);
        return {};
    }

   private:
    Result<void> add(const Layout::Found& entry) {
        switch (entry.kind) {
            case Layout::Kind::Folder:
                return {};
            case Layout::Kind::Template:
                return add_template(entry);
            case Layout::Kind::Link:
                return out_.files.add_link(entry.path, entry.target, {0777, 0, 0}, since(entry));
            case Layout::Kind::File:
                break;
            case Layout::Kind::Other:
                return Error(ErrorCode::Unprocessable,
                             "overlays hold files, folders and links; this is neither");
        }
        WW_TRY(auto data, workshop_.contents.get(*entry.file));
        return out_.files.add_file(
            entry.path, entry.meta, std::move(data), Backup::No, since(entry));
    }

    Result<void> add_template(const Layout::Found& entry) {
        root_.build_source = content_.source(entry);
        if (!entry.source_identity) return Error::from_errno(ENOENT, "stat " + root_.build_source);
        WW_TRY(const OutcomePointer outcome,
               workshop_.renders.get(root_, *entry.source_identity, workshop_.site));
        note(entry, *outcome);
        const render::Rendered& rendered = outcome->made->rendered;
        if (!rendered.write) return {};
        for (size_t i = 0; i < rendered.outputs.size(); ++i)
            if (rendered.written(i)) WW_TRY_VOID(add_output(entry, outcome, i));
        return {};
    }

    // What the image depends on besides the overlay's files.
    void note(const Layout::Found& entry, const Outcome& outcome) {
        Recipe& recipe = out_.recipe;
        const auto& warnings = outcome.made->rendered.warnings;
        out_.warnings.insert(out_.warnings.end(), warnings.begin(), warnings.end());
        recipe.name = with(recipe.name, outcome.made->name);
        if (outcome.files->size() > 0 &&
            std::ranges::find(recipe.looked_at, outcome.files) == recipe.looked_at.end())
            recipe.looked_at.push_back(outcome.files);
        for (const render::Path& path : *outcome.reads)
            if (render::is_of_any_node(path) &&
                std::ranges::find(recipe.of_nodes, path) == recipe.of_nodes.end())
                recipe.of_nodes.push_back(path);
        if (!outcome.unforeseeable.empty())
            recipe.unforeseeable.push_back(
                fmt::format("{}: {}", entry.path, fmt::join(outcome.unforeseeable, ", ")));
    }

    Result<void> add_output(const Layout::Found& entry, const OutcomePointer& outcome, size_t at) {
        const render::Rendered& rendered = outcome->made->rendered;
        const render::Output& output = rendered.outputs[at];
        const std::string folder(parent_of(entry.path));
        std::string path = entry.path.substr(0, entry.path.size() - kTemplateSuffix.size());
        const Origin origin{.time = outcome->time, .file = nullptr};
        if (!output.name.empty()) {
            WW_TRY(path, output_path(folder, output.name));
            if (output.name.starts_with('/'))
                WW_TRY_VOID(out_.files.add_parents(path, folder_mode(folder), origin));
        }
        if (output.is_link) return out_.files.add_link(path, output.target, {0777, 0, 0}, origin);
        return out_.files.add_file(path,
                                   entry.source_meta,
                                   text_of(outcome, at),
                                   rendered.backup ? Backup::Once : Backup::No,
                                   origin);
    }

    mode_t folder_mode(const std::string& folder) const {
        struct stat status{};
        const std::string source = content_.root + "/" + folder;
        return ::stat(source.c_str(), &status) == 0 ? status.st_mode & kPermissions : 0755;
    }

    static Origin since(const Layout::Found& entry) {
        return {.time = seconds_of(entry.identity), .file = entry.file};
    }

    const Workshop& workshop_;
    const Layout::Content& content_;
    render::RootData& root_;
    Assembled& out_;
};

}  // namespace

bool is_still(const Workshop& workshop,
              const std::vector<std::string>& overlays,
              render::RootData& root,
              const Name& recipe) {
    Name now;
    for (const std::string& name : overlays) {
        const auto layout = workshop.layouts.get(name, root.arch);
        if (!layout) return false;
        root.overlay = name;
        now = with(now, (*layout)->name);
        for (const Layout::Content& content : (*layout)->contents)
            for (const Layout::Found& entry : content.found) {
                if (entry.kind != Layout::Kind::Template) continue;
                root.build_source = content.source(entry);
                if (!entry.source_identity) return false;
                const auto kept =
                    workshop.renders.find(root, *entry.source_identity, workshop.site);
                if (!kept) return false;
                now = with(now, kept->made->name);
            }
    }
    return now == recipe;
}

Result<Assembled> assemble(const Workshop& workshop,
                           const std::vector<std::string>& overlays,
                           render::RootData& root) {
    Assembled out;
    for (const std::string& name : overlays) {
        WW_TRY(const LayoutPointer layout,
               workshop.layouts.get(name, root.arch),
               "looking for overlay \"{}\" of node {}",
               name,
               root.node.id);
        root.overlay = name;
        out.recipe.layouts.push_back(layout);
        out.recipe.name = with(out.recipe.name, layout->name);
        for (const Layout::Content& content : layout->contents)
            WW_TRY_VOID(OverlayPass(workshop, content, root, out).run(),
                        "building overlay \"{}\" for node {}",
                        name,
                        root.node.id);
    }
    return out;
}

}  // namespace ww::overlay
