// SPDX-License-Identifier: BSD-3-Clause
//
// Overlays: lists, files as they are and rendered, archives of nodes.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "api/changes.h"
#include "api/handlers.h"
#include "base/confined_dir.h"
#include "base/path.h"
#include "nodes/hostlist.h"
#include "overlay/builder.h"
#include "overlay/site.h"
#include "render/template_error.h"
#include "render/template_info.h"

namespace ww::api {

namespace {

using overlay::Context;
using overlay::Overlay;
using protocol::Nothing;

constexpr mode_t kPermissions = 0777;
constexpr std::string_view kSuffix = ".ww";

void list_folder(const ConfinedDir& root,
                 const std::string& folder,
                 std::vector<protocol::OverlayEntry>& entries) {
    for (const std::string& name : root.list(folder.empty() ? "." : folder)) {
        std::string path = folder + name;
        const auto link = root.link_status(path);
        if (!link) continue;  // it went away meanwhile
        // A link shows what it points to; one that leads nowhere, itself.
        const auto status = root.status(path).value_or(*link);
        const bool is_folder = S_ISDIR(link->st_mode);
        if (is_folder) path += '/';
        entries.push_back({path,
                           static_cast<int64_t>(status.st_mode & kPermissions),
                           static_cast<int64_t>(status.st_uid),
                           static_cast<int64_t>(status.st_gid)});
        if (is_folder) list_folder(root, path, entries);
    }
}

protocol::OverlayInfo describe(const Overlay& overlay) {
    protocol::OverlayInfo info{overlay.name, overlay.folder, overlay.is_site, {}};
    if (const auto root = ConfinedDir::open(overlay.content_root()))
        list_folder(*root, "", info.entries);
    return info;
}

/// Whether the file could be read by anybody, were the overlay's folder open to them.
bool open_to_all(const ConfinedDir& root, std::string_view path) {
    for (size_t slash = path.find('/', 1); slash != std::string_view::npos;
         slash = path.find('/', slash + 1)) {
        const auto folder = root.status(path.substr(0, slash));
        if (!folder || (folder->st_mode & S_IXOTH) == 0) return false;
    }
    const auto top = root.status(".");
    const auto file = root.status(path);
    return top && (top->st_mode & S_IXOTH) != 0 && file && (file->st_mode & S_IROTH) != 0;
}

Error not_found(const Overlay& overlay, std::string_view path) {
    const auto beneath = path_beneath(path);
    const std::string shown =
        beneath ? fmt::format("{}/{}", overlay.content_root(), *beneath) : std::string();
    return {ErrorCode::NotFound, fmt::format("{}: {} not found", overlay.name, shown)};
}

/// The node a template is rendered for: one of the site, or this server under a node's shape.
nodes::Node node_or_server(const nodes::Snapshot& snapshot, const std::string& name) {
    if (const nodes::Node* node = snapshot.find(name)) return *node;
    char host[256] = {};
    ::gethostname(host, sizeof host - 1);
    nodes::Node server;
    server.id = server.cluster_name = host;
    server.valid = false;
    return server;
}

class NodeBuilds {
   public:
    NodeBuilds(Call& call, overlay::SnapshotPtr snapshot, std::vector<const nodes::Node*> nodes)
        : call_(call), snapshot_(std::move(snapshot)), nodes_(std::move(nodes)) {}

    Result<void> run(size_t workers) {
        std::vector<std::jthread> threads;
        for (size_t i = 1; i < std::min(workers, nodes_.size()); ++i)
            threads.emplace_back([this] { work(); });
        work();
        threads.clear();
        return outcome_;
    }

   private:
    void work() {
        for (size_t i = next_++; i < nodes_.size(); i = next_++) {
            build(*nodes_[i], Context::System, "system", nodes_[i]->system_overlay);
            build(*nodes_[i], Context::Runtime, "runtime", nodes_[i]->runtime_overlay);
        }
    }

    void build(const nodes::Node& node,
               Context context,
               std::string_view word,
               const nodes::StringList& overlays) {
        const auto built = call_.site.overlays.build(snapshot_, node, context);
        std::lock_guard lock(mutex_);
        call_.note({"info", fmt::format("Building {} overlay image for {}", word, node.id)});
        if (overlays.empty())
            call_.note({"warn", fmt::format("No {} overlays defined for {}", word, node.id)});
        if (built) {
            call_.note({"info",
                        fmt::format("Created image for {} {} overlay: {}", node.id, word, *built)});
            call_.note(
                {"info",
                 fmt::format("Compressed image for {} {} overlay: {}.gz", node.id, word, *built)});
        } else if (outcome_) {
            Error error(built.error().code(),
                        "some overlays failed to be generated: " + built.error().headline());
            for (const std::string& frame : built.error().frames()) error = error.with_frame(frame);
            outcome_ =
                error.with_frame(fmt::format("building the {} overlay of {}", word, node.id));
        }
    }

    Call& call_;
    overlay::SnapshotPtr snapshot_;
    std::vector<const nodes::Node*> nodes_;
    std::atomic<size_t> next_{0};
    std::mutex mutex_;  // guards the notes and outcome_
    Result<void> outcome_;
};

}  // namespace

Result<protocol::OverlayListReply> handle(protocol::route::OverlayList,
                                          Call& call,
                                          const protocol::Selection& request) {
    const overlay::Folders& folders = call.site.overlays.folders();
    protocol::OverlayListReply reply;
    if (request.names.empty()) {
        for (const Overlay& each : overlay::list_overlays(folders))
            reply.overlays.push_back(describe(each));
        return reply;
    }
    for (const std::string& name : request.names) {
        const auto found = overlay::find_overlay(folders, name);
        if (found)
            reply.overlays.push_back(describe(*found));
        else
            call.note({"error", fmt::format("{}:{}", name, found.error().message())});
    }
    return reply;
}

Result<protocol::Document> handle(protocol::route::OverlayFile,
                                  Call& call,
                                  const protocol::OverlayFileRequest& request) {
    WW_TRY(const Overlay overlay,
           overlay::find_overlay(call.site.overlays.folders(), request.overlay));
    WW_TRY(const ConfinedDir root, ConfinedDir::open(overlay.content_root()));
    const auto path = path_beneath(request.path);
    if (!path) return not_found(overlay, request.path);
    const auto status = root.status(*path);
    if (!status || S_ISDIR(status->st_mode)) return not_found(overlay, *path);
    if (!call.caller.is_admin && !open_to_all(root, *path))
        return Error(ErrorCode::PermissionDenied, "this file is for administrators only");
    WW_TRY(std::string text, root.read(*path));
    return protocol::Document{std::move(text)};
}

Result<protocol::TemplateReply> handle(protocol::route::OverlayTemplate,
                                       Call& call,
                                       const protocol::OverlayFileRequest& request) {
    if (!request.path.ends_with(kSuffix))
        return Error(
            ErrorCode::InvalidArgument,
            fmt::format(
                "{} is not a template: its name does not end in {}", request.path, kSuffix));
    WW_TRY(const protocol::Document file, handle(protocol::route::OverlayFile{}, call, request));
    const auto info = render::describe_template(file.text, std::string(base_name(request.path)));
    if (!info)
        return render::template_error(
            info.error(),
            file.text,
            fmt::format("parsing {} of overlay \"{}\"", request.path, request.overlay));
    protocol::TemplateReply reply{info->documentation, {}, {}};
    for (const render::TemplateVariable& each : info->variables)
        reply.variables.push_back({each.name, each.option, each.type, each.help});
    for (const render::TemplateFunction& each : info->functions)
        reply.functions.push_back({each.name, each.doc});
    return reply;
}

Result<protocol::RenderedReply> handle(protocol::route::OverlayRender,
                                       Call& call,
                                       const protocol::OverlayFileRequest& request) {
    WW_TRY(const Overlay overlay,
           overlay::find_overlay(call.site.overlays.folders(), request.overlay));
    WW_TRY(const ConfinedDir root, ConfinedDir::open(overlay.content_root()));
    const auto beneath = path_beneath(request.path);
    if (!beneath) return not_found(overlay, request.path);
    std::string path = *beneath;
    if (const auto status = root.status(path); !status || S_ISDIR(status->st_mode)) {
        if (!root.status(path + std::string(kSuffix))) return not_found(overlay, request.path);
        path += kSuffix;
    }
    if (!path.ends_with(kSuffix))
        call.note(
            {"warn",
             fmt::format("{} is not a template: its name does not end in {}", path, kSuffix)});
    WW_TRY(const auto snapshot, current(call.site));
    const nodes::Node node = node_or_server(*snapshot, request.node);
    WW_TRY(const render::Rendered rendered,
           call.site.overlays.render_file(
               *snapshot, node, overlay.name, fmt::format("{}/{}", overlay.content_root(), path)),
           "showing {} of overlay \"{}\" for node {}",
           path,
           overlay.name,
           node.id);
    for (const std::string& warning : rendered.warnings) call.note({"warn", warning});

    protocol::RenderedReply reply{rendered.write, rendered.backup, {}};
    for (size_t i = 0; i < rendered.outputs.size(); ++i) {
        const render::Output& output = rendered.outputs[i];
        // After `abort` only the default slot is of interest.
        if (rendered.write ? !rendered.written(i) : i > 0) continue;
        // The default slot is named as the file was asked for.
        std::string name = output.name.empty() ? request.path : output.name;
        if (output.name.empty() && name.ends_with(kSuffix))
            name.resize(name.size() - kSuffix.size());
        reply.files.push_back({name, output.text, output.target, output.is_link});
    }
    return reply;
}

Result<Nothing> handle(protocol::route::OverlayBuild,
                       Call& call,
                       const protocol::OverlayBuildRequest& request) {
    WW_TRY(const auto snapshot, current(call.site));
    std::vector<const nodes::Node*> nodes;
    if (request.nodes.empty()) {
        for (const nodes::Node& node : snapshot->nodes()) nodes.push_back(&node);
    } else {
        WW_TRY(const protocol::Names wanted, nodes::expand_selection(request.nodes));
        for (const std::string& name : wanted) {
            const nodes::Node* node = snapshot->find(name);
            if (node == nullptr)
                return Error(ErrorCode::NotFound, "failed to find nodes")
                    .with_hint(fmt::format("there is no node {}", name));
            if (std::find(nodes.begin(), nodes.end(), node) == nodes.end()) nodes.push_back(node);
        }
    }
    std::sort(nodes.begin(), nodes.end(), [](const nodes::Node* a, const nodes::Node* b) {
        return a->id < b->id;
    });
    const size_t workers = request.workers > 0 ? static_cast<size_t>(request.workers)
                                               : std::max(1U, std::thread::hardware_concurrency());
    NodeBuilds builds(call, snapshot, std::move(nodes));
    WW_TRY_VOID(builds.run(workers));
    return Nothing{};
}

}  // namespace ww::api
