// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/builder.h"

#include <unistd.h>

#include <ctime>
#include <map>
#include <set>

#include "base/guarded.h"
#include "base/log.h"
#include "base/path.h"
#include "overlay/pack.h"
#include "overlay/queue.h"

namespace ww::overlay {

namespace {

constexpr mode_t kNodeFolderMode = 0750;

std::string host_name() {
    char name[256] = {};
    if (::gethostname(name, sizeof name - 1) != 0) return "localhost";
    return name;
}

std::string local_time(time_t now) {
    tm parts{};
    ::localtime_r(&now, &parts);
    char text[64];
    const size_t length = ::strftime(text, sizeof text, "%m-%d-%Y %H:%M:%S %Z", &parts);
    return {text, length};
}

const std::vector<std::string>& overlays_of(const nodes::Node& node, Context context) {
    return context == Context::System ? node.system_overlay : node.runtime_overlay;
}

std::string_view word(Context context) { return context == Context::System ? "system" : "runtime"; }

}  // namespace

struct Builder::State {
    explicit State(Environment given)
        : environment(std::move(given)),
          folders{environment.conf.paths.site_overlays(),
                  environment.conf.paths.distribution_overlays(),
                  environment.conf.paths.overlay_provision()},
          templates(render::overlay_functions()) {}

    // What an archive on disk was made from.
    struct Made {
        uint64_t generation = 0;
        std::string kernel_version;
        std::string architecture;
        render::Inputs inputs;
        FileIdentity archive;
        FileIdentity compressed;
    };
    struct Slot {
        Queue building;
        Guarded<std::shared_ptr<const Made>> made;
    };

    std::shared_ptr<Slot> slot(const std::string& path) {
        return slots.with([&](auto& all) {
            auto& found = all[path];
            if (!found) found = std::make_shared<Slot>();
            return found;
        });
    }

    std::string kernel_version(const nodes::Node& node) const {
        return node.kernel.version.empty() ? environment.kernel_version(node) : node.kernel.version;
    }

    std::string architecture(const nodes::Node& node) const {
        return environment.architecture ? environment.architecture(node) : std::string();
    }

    render::RootData root_for(const nodes::Snapshot& snapshot, const nodes::Node& node) const {
        const time_t now = ::time(nullptr);
        render::RootData root;
        root.conf = &environment.conf;
        root.snapshot = &snapshot;
        root.node = node;
        root.node.kernel.version = kernel_version(node);
        root.arch = architecture(node);
        root.build_host = host_name();
        root.build_time = local_time(now);
        root.build_time_unix = std::to_string(now);
        root.derive();
        return root;
    }

    /// Whether the archive at `path` may be sent as it is.
    bool servable(const Slot& slot,
                  const nodes::Snapshot& snapshot,
                  const nodes::Node& node,
                  const std::string& path) const {
        if (!environment.conf.warewulf.autobuild_overlays()) return exists(path);
        const auto kept = slot.made.with([](const auto& made) { return made; });
        if (!kept) return false;
        const Made& made = *kept;
        const auto archive = identity_of(path);
        const auto compressed = identity_of(path + ".gz");
        return made.generation == snapshot.generation() && archive && *archive == made.archive &&
               compressed && *compressed == made.compressed &&
               made.kernel_version == kernel_version(node) &&
               made.architecture == architecture(node) && made.inputs.unchanged();
    }

    Result<std::string> make(Slot& slot,
                             const SnapshotPtr& snapshot,
                             const nodes::Node& node,
                             Context context,
                             const std::string& path) {
        WW_TRY_VOID(make_archive(slot, snapshot, node, context, path),
                    "building the {} overlay image of node {}",
                    word(context),
                    node.id);
        return path;
    }

    Result<void> make_archive(Slot& slot,
                              const SnapshotPtr& snapshot,
                              const nodes::Node& node,
                              Context context,
                              const std::string& path) {
        // Looked at before anything is read: what changes during the build makes it stale, not
        // lost.
        auto made = std::make_shared<Made>();
        made->generation = snapshot->generation();
        render::RootData root = root_for(*snapshot, node);
        made->kernel_version = root.node.kernel.version;
        made->architecture = root.arch;
        WW_TRY(const Assembled assembled,
               assemble({folders, environment.images, templates, payloads},
                        overlays_of(node, context),
                        root,
                        made->inputs));
        for (const std::string& warning : assembled.warnings) {
            const bool first = warned.with([&](auto& said) { return said.insert(warning).second; });
            if (first) log::warn("overlay.warning {}", warning);
        }
        if (const auto written = write_archive(assembled.files, path); !written)
            return (written.error().code() == ErrorCode::Io
                        ? written.error().with_code(ErrorCode::Unavailable)
                        : written.error())
                .with_frame("writing " + path);
        WW_TRY(made->archive, identity_of(path));
        WW_TRY(made->compressed, identity_of(path + ".gz"));
        slot.made.with([&](auto& kept) { kept = made; });
        log::info("overlay built node={} context={} files={}",
                  node.id,
                  word(context),
                  assembled.files.entries().size());
        return {};
    }

    static Result<void> write_archive(const FileTree& files, const std::string& path) {
        WW_TRY_VOID(make_directories(std::string(folder_of(path)), kNodeFolderMode));
        return pack(files, path, ::time(nullptr));
    }

    Environment environment;
    Folders folders;
    render::TemplateCache templates;
    PayloadCache payloads;
    Guarded<std::set<std::string>> warned;
    Guarded<std::map<std::string, std::shared_ptr<Slot>>> slots;
};

Builder::Builder(Environment environment)
    : state_(std::make_unique<State>(std::move(environment))) {}
Builder::~Builder() = default;

const Folders& Builder::folders() const { return state_->folders; }

std::string Builder::architecture(const nodes::Node& node) const {
    return state_->architecture(node);
}

std::string Builder::archive_path(const std::string& node_id, Context context) const {
    const char* name = context == Context::System ? "__SYSTEM__.img" : "__RUNTIME__.img";
    return fmt::format("{}/{}/{}", state_->folders.built, node_id, name);
}

std::optional<std::string> Builder::current(const nodes::Snapshot& snapshot,
                                            const nodes::Node& node,
                                            Context context) const {
    if (!check_node_id(node.id)) return std::nullopt;
    std::string path = archive_path(node.id, context);
    return state_->servable(*state_->slot(path), snapshot, node, path)
               ? std::optional(std::move(path))
               : std::nullopt;
}

std::optional<Result<std::string>> Builder::ensure(const SnapshotPtr& snapshot,
                                                   const nodes::Node& node,
                                                   Context context,
                                                   std::function<void()> again) {
    if (const auto checked = check_node_id(node.id); !checked) return checked.error();
    const std::string path = archive_path(node.id, context);
    const auto slot = state_->slot(path);
    const auto turn = slot->building.enter(std::move(again));
    if (!turn) return std::nullopt;
    // In its turn: somebody else may have built it while this one waited.
    if (state_->servable(*slot, *snapshot, node, path)) return path;
    return state_->make(*slot, snapshot, node, context, path);
}

Result<std::string> Builder::build(const SnapshotPtr& snapshot,
                                   const nodes::Node& node,
                                   Context context) {
    WW_TRY_VOID(check_node_id(node.id));
    const std::string path = archive_path(node.id, context);
    const auto slot = state_->slot(path);
    const Queue::Turn turn = slot->building.wait();
    return state_->make(*slot, snapshot, node, context, path);
}

Result<render::Rendered> Builder::render_file(const nodes::Snapshot& snapshot,
                                              const nodes::Node& node,
                                              const std::string& overlay,
                                              const std::string& path) const {
    render::RootData root = state_->root_for(snapshot, node);
    root.overlay = overlay;
    root.build_source = path;
    WW_TRY(const tmpl::Template source, state_->templates.get(path));
    render::Inputs unused;
    return render::render(source, {root, state_->environment.images, unused});
}

Result<Assembled> Builder::files_of(const nodes::Snapshot& snapshot,
                                    const nodes::Node& node,
                                    const std::string& overlay) const {
    render::RootData root = state_->root_for(snapshot, node);
    render::Inputs unused;
    return assemble(
        {state_->folders, state_->environment.images, state_->templates, state_->payloads},
        {overlay},
        root,
        unused);
}

nodes::Node server_as_node() {
    nodes::Node server;
    server.id = server.cluster_name = host_name();
    server.valid = false;
    return server;
}

Result<void> check_node_id(const std::string& id) {
    if (id.empty() || id == "." || id == ".." ||
        id.find_first_of(std::string_view("/\0", 2)) != std::string::npos)
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("\"{}\" cannot be the name of a node", id));
    return {};
}

}  // namespace ww::overlay
