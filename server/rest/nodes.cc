// SPDX-License-Identifier: BSD-3-Clause
//
// /api/nodes. Source: reference/http.md §5.4.
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "api/changes.h"
#include "api/convert.h"
#include "golib/time.h"
#include "nodes/field_lister.h"
#include "overlay/builder.h"
#include "rest/entries.h"
#include "rest/handlers.h"
#include "rest/replies.h"

namespace ww::rest {

namespace {

using nodes::Node;

Error no_node(const std::string& id, std::string_view more = " (node/profile not found)") {
    return {ErrorCode::NotFound, fmt::format("node not found: {}{}", id, more)};
}

/// The merged node's tag begins with that of what is stored, which is what If-Match compares.
std::string merged_tag(const Call& call, const Node& stored, std::string_view merged_json) {
    std::string tag = tag_of(entry_json(call, stored));
    tag.back() = '.';
    return tag + tag_of(merged_json).substr(1);
}

std::string name_list(const nodes::StringList& names) {
    std::string out = "[";
    for (const std::string& name : names) out += (out.size() > 1 ? "," : "") + quoted(name);
    return out + "]";
}

/// When an archive was built, as Go prints it; empty if it was not.
std::string built_at(const std::string& archive) {
    struct stat status{};
    if (::stat(archive.c_str(), &status) != 0) return {};
    return golib::format_time(
        {status.st_mtim.tv_sec, static_cast<uint32_t>(status.st_mtim.tv_nsec), golib::local_zone()},
        "2006-01-02T15:04:05.999999999Z07:00");
}

std::string overlays_json(const nodes::StringList& overlays, const std::string& archive) {
    std::string out;
    if (!overlays.empty()) out = "\"overlays\":" + name_list(overlays);
    const std::string built = built_at(archive);
    if (!built.empty()) out += fmt::format("{}\"mtime\":\"{}\"", out.empty() ? "" : ",", built);
    return "{" + out + "}";
}

Result<Answer> build(const Call& call, protocol::Names nodes, std::string done) {
    api::Call as = call.api();
    WW_TRY(const api::JobAnswer job, api::overlay_build(as, {.nodes = std::move(nodes)}));
    return Later{job.job, [done = std::move(done)](const Call&) -> Result<http::Reply> {
                     return json_reply(done);
                 }};
}

}  // namespace

Result<Answer> get_nodes(const Call& call) {
    WW_TRY(const auto snapshot, api::current(call.site));
    std::vector<const Node*> nodes;
    for (const Node& node : snapshot->nodes()) nodes.push_back(&node);
    std::ranges::sort(nodes, {}, [](const Node* node) -> const std::string& { return node->id; });
    std::string json = "{";
    for (const Node* node : nodes) {
        if (json.size() > 1) json += ',';
        append_json_string(json, node->id, kQuoting);
        json += ':';
        json += entry_json(call, *node);
    }
    return json_reply(json + "}");
}

Result<Answer> get_node(const Call& call) {
    WW_TRY(const auto snapshot, api::current(call.site));
    const std::string& id = call.names[0];
    const Node* node = snapshot->find(id);
    if (node == nullptr) return no_node(id);
    std::string json = entry_json(call, *node);
    const std::string tag = merged_tag(call, snapshot->raw().nodes.at(id), json);
    return tagged_reply(call, std::move(json), tag);
}

Result<Answer> get_raw_node(const Call& call) {
    WW_TRY(const auto snapshot, api::current(call.site));
    const auto found = snapshot->raw().nodes.find(call.names[0]);
    if (found == snapshot->raw().nodes.end()) return no_node(call.names[0], "");
    std::string json = entry_json(call, found->second);
    const std::string tag = tag_of(json);
    return tagged_reply(call, std::move(json), tag);
}

Result<Answer> get_node_fields(const Call& call) {
    WW_TRY(const auto snapshot, api::current(call.site));
    if (snapshot->find(call.names[0]) == nullptr) return no_node(call.names[0]);
    WW_TRY(const auto fields, nodes::FieldLister(snapshot->raw()).node(call.names[0]));
    if (fields.empty()) return json_reply("null");
    std::string json = "[";
    for (const nodes::FieldValue& field : fields)
        json += fmt::format(R"({}{{"Field":{},"Source":{},"Value":{}}})",
                            json.size() > 1 ? "," : "",
                            quoted(field.name),
                            quoted(field.source),
                            quoted(api::shown(field, call.caller)));
    return json_reply(json + "]");
}

Result<Answer> get_node_overlays(const Call& call) {
    WW_TRY(const auto snapshot, api::current(call.site));
    const Node* node = snapshot->find(call.names[0]);
    if (node == nullptr) return Error(ErrorCode::NotFound, "node/profile not found");
    const auto part = [&](const nodes::StringList& overlays, overlay::Context context) {
        return overlays_json(overlays, call.site.overlays.archive_path(node->id, context));
    };
    return json_reply(fmt::format(R"({{"system overlay":{},"runtime overlay":{}}})",
                                  part(node->system_overlay, overlay::Context::System),
                                  part(node->runtime_overlay, overlay::Context::Runtime)));
}

Result<Answer> put_node(const Call& call) { return put_entry<Node>(call); }
Result<Answer> patch_node(const Call& call) { return patch_entry<Node>(call); }
Result<Answer> delete_node(const Call& call) { return delete_entry<Node>(call); }

Result<Answer> build_overlays(const Call& call) {
    WW_TRY(const auto snapshot, api::current(call.site));
    const std::string& id = call.names[0];
    if (snapshot->find(id) == nullptr) return no_node(id);
    return build(call, {id}, quoted(id));
}

Result<Answer> build_all_overlays(const Call& call) {
    WW_TRY(const auto snapshot, api::current(call.site));
    nodes::StringList all;
    for (const auto& [id, node] : snapshot->raw().nodes) all.push_back(id);
    if (all.empty()) return json_reply("[]");
    return build(call, {}, name_list(all));
}

}  // namespace ww::rest
