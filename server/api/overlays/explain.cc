// SPDX-License-Identifier: BSD-3-Clause
//
// Where a file of a node comes from, or why it is not there.
#include <fmt/format.h>

#include "api/changes.h"
#include "api/overlays/differences.h"
#include "api/overlays/input_sources.h"
#include "api/suggest.h"
#include "base/nearest.h"
#include "base/path.h"

namespace ww::api {

namespace {

using overlay::Brought;
using overlay::Context;
using overlay::Kind;
using overlay::Origins;
using protocol::ExplainedFile;

std::string mode_from(const Brought& brought) {
    if (brought.kind == Kind::Link) return "links have none of their own";
    if (!brought.run) return fmt::format("those of {}", brought.source);
    if (brought.kind == Kind::Folder)
        return fmt::format("made by {}, with the mode of the folder it is in", brought.source);
    return fmt::format("those of its template, {}", brought.source);
}

std::string kind_of(const Brought& brought) {
    if (brought.kind == Kind::Folder) return "folder";
    return brought.kind == Kind::Link ? "link" : "file";
}

Result<ExplainedFile> explained(Call& call,
                                const render::RootData& root,
                                Context context,
                                const Origins& origins,
                                const Origins::Here& here) {
    const Brought& brought = origins.brought[here.by];
    ExplainedFile file{.context = std::string(to_string(context)),
                       .kind = kind_of(brought),
                       .overlay = brought.overlay,
                       .source = brought.source,
                       .line = brought.line,
                       .mode = brought.meta.mode,
                       .uid = brought.meta.uid,
                       .gid = brought.meta.gid,
                       .mode_from = mode_from(brought),
                       .is_backup = here.is_backup};
    if (brought.kind == Kind::Link && brought.text) file.leads_to = *brought.text;
    for (const size_t hidden : here.hidden) {
        const Brought& other = origins.brought[hidden];
        file.hidden.push_back({other.overlay, other.source, other.line});
    }
    if (!brought.run) return file;
    const overlay::TemplateRun& run = origins.runs[*brought.run];
    file.unforeseeable = run.trace.unforeseeable;
    WW_TRY(file.inputs, inputs_of(call, root, run.trace));
    return file;
}

/// The path a template's own file would have.
std::string default_path(const overlay::TemplateRun& run) {
    return run.path.substr(0, run.path.size() - overlay::kTemplateSuffix.size());
}

/// Why a template that could have made it did not; empty: there is none.
std::string why_not_made(const Origins& origins, const std::string& path) {
    for (const overlay::TemplateRun& run : origins.runs) {
        if (default_path(run) != path) continue;
        if (run.aborted) return fmt::format("{} says `abort` for this node", run.source);
        if (run.error) return fmt::format("{} fails: {}", run.source, run.error->message());
        return fmt::format("{} makes other files for this node", run.source);
    }
    return {};
}

/// Overlays the node does not have that hold such a file.
std::string who_would_bring_it(const Call& call, const nodes::Node& node, const std::string& path) {
    std::vector<std::string> names;
    for (const overlay::Overlay& each : overlay::list_overlays(call.site.overlays.folders())) {
        const auto has = [&](const nodes::StringList& list) {
            return std::ranges::find(list, each.name) != list.end();
        };
        if (has(node.system_overlay) || has(node.runtime_overlay)) continue;
        const std::string file = each.content_root() + "/" + path;
        if (exists(file) || exists(file + std::string(overlay::kTemplateSuffix)))
            names.push_back(each.name);
    }
    if (names.empty()) return {};
    return fmt::format(
        "overlay {} would bring it, and {} does not have it", fmt::join(names, " or "), node.id);
}

struct Archive {
    Context context;
    Origins origins;
};

Error not_there(const Call& call,
                const nodes::Node& node,
                const std::vector<Archive>& archives,
                const std::string& path) {
    const Error error(ErrorCode::NotFound,
                      fmt::format("no overlay of node {} brings {}", node.id, on_node(path)));
    for (const Archive& archive : archives)
        if (const std::string why = why_not_made(archive.origins, path); !why.empty())
            return error.with_hint(why);
    if (const std::string who = who_would_bring_it(call, node, path); !who.empty())
        return error.with_hint(who);
    std::vector<std::string> names;
    for (const Archive& archive : archives)
        for (const auto& [name, here] : archive.origins.files) names.push_back(on_node(name));
    return error.with_hint(nearest_hint(on_node(path), {names.begin(), names.end()}));
}

}  // namespace

Result<protocol::OverlayExplainReply> overlay_explain(
    Call& call, const protocol::OverlayExplainRequest& request) {
    WW_TRY(const auto snapshot, current(call.site));
    const nodes::Node* node = snapshot->find(request.node);
    if (node == nullptr)
        return Error(ErrorCode::NotFound, fmt::format("no node {}", request.node))
            .with_hint(node_hint(snapshot->raw(), request.node));
    const auto path = path_beneath(request.path);
    if (!path || path->empty())
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("{} is no file of a node", request.path));
    protocol::OverlayExplainReply reply{.node = node->id, .path = on_node(*path)};
    NodeFiles files(call.site, snapshot);
    std::vector<Archive> archives;
    for (const Context context : {Context::System, Context::Runtime}) {
        archives.push_back({context, files.of(*node, context)});
        const Origins& origins = archives.back().origins;
        const auto here = origins.files.find(*path);
        if (here == origins.files.end()) continue;
        for (const auto* list : {&origins.failures, &origins.conflicts})
            for (const Origins::Failure& failure : *list)
                call.note({"warn",
                           fmt::format("the {} archive cannot be made: {}",
                                       to_string(context),
                                       failure.error.headline())});
        WW_TRY(auto file, explained(call, files.root_for(*node), context, origins, here->second));
        reply.files.push_back(std::move(file));
    }
    if (reply.files.empty()) return not_there(call, *node, archives, *path);
    return reply;
}

}  // namespace ww::api
