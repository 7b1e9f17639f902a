// SPDX-License-Identifier: BSD-3-Clause
//
// Lists of nodes: the columns of each form, every field with its source, whole entries as
// documents.
#include <fmt/format.h>

#include <algorithm>

#include "api/changes.h"
#include "api/convert.h"
#include "api/entries.h"
#include "api/handlers.h"
#include "api/images/image_jobs.h"
#include "api/node_filter.h"
#include "api/suggest.h"
#include "base/json_text.h"
#include "image/generations/image_ref.h"
#include "image/trees.h"
#include "nodes/emit.h"
#include "nodes/field_lister.h"
#include "nodes/hostlist.h"
#include "nodes/merge.h"
#include "overlay/builder.h"
#include "store/database.h"

namespace ww::api {

namespace {

using nodes::Node;
using protocol::Names;

std::string join(const Names& names, std::string_view separator) {
    return fmt::format("{}", fmt::join(names, separator));
}

/// Merged nodes by name; those of `patterns`, or all if there are none. Unknown names are left out,
/// and said.
Result<std::vector<const Node*>> pick(Call& call,
                                      const nodes::Snapshot& snapshot,
                                      const protocol::ListRequest& request) {
    const Names& patterns = request.names;
    WW_TRY(const Names wanted, nodes::expand_selection(patterns));
    constexpr size_t kSuggestions = 5;  // each looks at every name
    size_t unknown = 0;
    std::vector<const Node*> nodes;
    if (patterns.empty())
        for (const Node& node : snapshot.nodes()) nodes.push_back(&node);
    for (const std::string& name : wanted) {
        if (const Node* node = snapshot.find(name))
            nodes.push_back(node);
        else if (!name.empty())
            call.note({"warn",
                       with_hint(fmt::format("no such node: {}", name),
                                 ++unknown > kSuggestions ? "" : node_hint(snapshot.raw(), name))});
    }
    const auto by_id = [](const Node* a, const Node* b) { return a->id < b->id; };
    std::sort(nodes.begin(), nodes.end(), by_id);
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
    const NodeFilter filter(snapshot.raw(), request.where);
    std::erase_if(nodes, [&](const Node* node) { return !filter.takes(*node); });
    return nodes;
}

std::string ip_text(const std::optional<IpAddress>& address) {
    return address ? address->to_string() : "<nil>";
}

void add_simple(const Node& node, protocol::Table& table) {
    Names networks;
    for (const auto& [name, device] : node.network_devices) networks.push_back(name);
    table.rows.push_back({node.id, join(node.profiles, ","), join(networks, ", ")});
}

void add_long(const Node& node, protocol::Table& table) {
    table.rows.push_back({node.id,
                          node.kernel.version,
                          node.image_name,
                          join(node.system_overlay, ",") + "/" + join(node.runtime_overlay, ",")});
}

void add_network(const Node& node, protocol::Table& table) {
    for (const auto& [name, device] : node.network_devices)
        table.rows.push_back({node.id,
                              name,
                              device.hwaddr,
                              ip_text(device.ipaddr),
                              ip_text(device.gateway),
                              device.device});
    if (node.network_devices.empty()) table.rows.push_back({node.id, "", "", "", "", ""});
}

void add_ipmi(const Node& node, protocol::Table& table) {
    const nodes::Ipmi& ipmi = node.ipmi;
    table.rows.push_back({node.id,
                          ipmi.present ? ip_text(ipmi.ipaddr) : "",
                          ipmi.port,
                          ipmi.username,
                          ipmi.interface});
}

struct View {
    std::string_view form;
    Names columns;
    void (*add)(const Node&, protocol::Table&);
};

const std::vector<View>& views() {
    static const std::vector<View> all = {
        {"simple", {"NODE NAME", "PROFILES", "NETWORK"}, add_simple},
        {"long", {"NODE NAME", "KERNEL VERSION", "IMAGE", "OVERLAYS (S/R)"}, add_long},
        {"network", {"NODE", "NETWORK", "HWADDR", "IPADDR", "GATEWAY", "DEVICE"}, add_network},
        {"ipmi", {"NODE", "IPMI IPADDR", "IPMI PORT", "IPMI USERNAME", "IPMI INTERFACE"}, add_ipmi},
    };
    return all;
}

Result<void> add_fields(nodes::FieldLister& lister,
                        const Node& node,
                        const Caller& caller,
                        protocol::Table& table) {
    WW_TRY(const auto fields, lister.node(node.id));
    for (const nodes::FieldValue& field : fields) {
        table.rows.push_back({node.id, field.name, field.source, shown(field, caller)});
    }
    return {};
}

/// What each machine is, and what its image is for.
protocol::Table table_of_architectures(const Site& site, const std::vector<const Node*>& nodes) {
    const image::TreesCache trees(images_of(site));
    protocol::Table table{{"NODE NAME", "ARCH", "IMAGE", "IMAGE FOR"}, {}};
    for (const Node* node : nodes)
        table.rows.push_back(
            {node->id,
             site.overlays.architecture(*node),
             node->image_name,
             trees.get(image::ImageRef::from(node->image_name).name)->architectures()});
    return table;
}

Error unknown_form(const std::string& form) {
    return {ErrorCode::InvalidArgument, fmt::format("no such form of a list: {}", form)};
}

}  // namespace

Result<protocol::Table> node_table(Call& call, const protocol::ListRequest& request) {
    WW_TRY(const auto snapshot, current(call.site));
    WW_TRY(const auto nodes, pick(call, *snapshot, request));
    protocol::Table table;
    if (request.form == "all") {
        table.columns = {"NODE", "FIELD", "PROFILE", "VALUE"};
        nodes::FieldLister lister(snapshot->raw());
        for (const Node* node : nodes) WW_TRY_VOID(add_fields(lister, *node, call.caller, table));
        return table;
    }
    if (request.form == "own") {
        table.columns = {"NODE", "FIELD", "VALUE"};
        for (const Node* node : nodes)
            for (const nodes::FieldValue& field : own_fields(snapshot->raw().nodes.at(node->id)))
                table.rows.push_back({node->id, field.name, shown(field, call.caller)});
        return table;
    }
    if (request.form == "architecture") return table_of_architectures(call.site, nodes);
    for (const View& view : views()) {
        if (view.form != request.form) continue;
        table.columns = view.columns;
        for (const Node* node : nodes) view.add(*node, table);
        return table;
    }
    return unknown_form(request.form);
}

Result<protocol::Document> node_document(Call& call, const protocol::ListRequest& request) {
    if (request.form == "skeleton") return protocol::Document{skeleton(fields::EntryKind::Node)};
    WW_TRY_VOID(call.site.database.reload());
    const auto [snapshot, digest] = call.site.database.version();
    WW_TRY(const auto nodes, pick(call, *snapshot, request));
    if (request.form == "json") {
        std::string text = "{";
        for (const Node* node : nodes)
            text += fmt::format("{}{}:{}",
                                text.size() > 1 ? "," : "",
                                json_quote(node->id),
                                nodes::node_json(masked(*node, call.caller)));
        return protocol::Document{text + "}"};
    }
    // What an editor gets is the nodes' own data, all other forms are merged.
    const bool raw = request.form == "edit";
    if (!raw && request.form != "yaml" && request.form != "export")
        return unknown_form(request.form);
    std::map<std::string, Node> chosen;
    for (const Node* node : nodes)
        chosen.emplace(node->id,
                       masked(raw ? snapshot->raw().nodes.at(node->id) : *node, call.caller));
    return protocol::Document{nodes::emit_nodes(chosen, request.form == "yaml" ? 4 : 2), digest};
}

}  // namespace ww::api
