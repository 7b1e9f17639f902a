// SPDX-License-Identifier: BSD-3-Clause
//
// Changes of nodes: add, set, unset, delete.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "api/changes.h"
#include "api/convert.h"
#include "api/entries.h"
#include "api/handlers.h"
#include "api/suggest.h"
#include "nodes/advance_addresses.h"
#include "nodes/hostlist.h"
#include "nodes/set.h"
#include "nodes/unset.h"
#include "store/database.h"

namespace ww::api {

namespace {

using nodes::Node;
using nodes::Registry;
using protocol::ChangeReply;
using protocol::Names;

Result<Names> select(const Registry& registry, const Names& patterns, ChangeReply& reply) {
    WW_TRY(const Names wanted, nodes::expand_selection(patterns));
    std::set<std::string> seen;
    for (const std::string& name : wanted) {
        if (!seen.insert(name).second) continue;
        (registry.nodes.count(name) != 0 ? reply.selected : reply.missing).push_back(name);
    }
    suggest_nodes(registry, reply);
    return reply.selected;
}

}  // namespace

Result<ChangeReply> node_add(Call& call, const protocol::AddRequest& request) {
    nodes::SetRequest given = set_request(request.edit);
    // An empty list names no profile.
    std::erase_if(given.fields, [](const nodes::FieldSetting& field) {
        return field.flag == "profile" && field.values.empty();
    });
    const bool named =
        std::any_of(given.fields.begin(), given.fields.end(), [](const nodes::FieldSetting& field) {
            return field.flag == "profile";
        });
    WW_TRY(const nodes::SetEdit edit, nodes::SetEdit::of(std::move(given)));
    WW_TRY(const Names names, nodes::expand_selection(request.names));
    const auto add = [&](const Registry& registry, ChangeReply& reply) -> Result<Changed<Node>> {
        Node model;
        if (!named && registry.profiles.count("default") != 0) model.profiles = {"default"};
        WW_TRY_VOID(edit.apply(model));
        Changed<Node> added;
        uint32_t steps = 0;
        for (const std::string& name : names) {
            if (registry.nodes.count(name) != 0 || added.count(name) != 0)
                return Error(ErrorCode::AlreadyExists,
                             fmt::format("failed to add node: nodename already exists: {}", name));
            Node node = model;
            WW_TRY_VOID(nodes::advance_addresses(node, steps++));
            added[name] = std::move(node);
            reply.selected.push_back(name);
            if (!request.dry_run) call.note({"info", fmt::format("Added node: {}", name)});
        }
        return added;
    };
    return change<Node>(call, {request.dry_run, "", request.rewrite}, add);
}

Result<ChangeReply> node_set(Call& call, const protocol::SetRequest& request) {
    if (!request.all && request.names.empty())
        return Error(ErrorCode::InvalidArgument,
                     "no nodes specified; use --all to modify all nodes");
    WW_TRY(const nodes::SetEdit edit, nodes::SetEdit::of(set_request(request.edit)));
    return change<Node>(call,
                        {request.dry_run, request.state, request.rewrite},
                        [&](const Registry& registry, ChangeReply& reply) -> Result<Changed<Node>> {
                            if (request.all)
                                for (const auto& [name, node] : registry.nodes)
                                    reply.selected.push_back(name);
                            else
                                WW_TRY_VOID(select(registry, request.names, reply));
                            if (registry.nodes.empty())
                                call.note({"warn", "no nodes/profiles found"});
                            return set_all<Node>(registry, edit, reply);
                        });
}

Result<ChangeReply> node_unset(Call& call, const protocol::UnsetRequest& request) {
    WW_TRY(const nodes::UnsetEdit edit, nodes::UnsetEdit::of(unset_request(request)));
    return change<Node>(call,
                        {request.dry_run, request.state, request.rewrite},
                        [&](const Registry& registry, ChangeReply& reply) -> Result<Changed<Node>> {
                            WW_TRY_VOID(select(registry, request.names, reply));
                            return unset_all<Node>(registry, edit, request.skip_unknown, reply);
                        });
}

Result<ChangeReply> node_delete(Call& call, const protocol::DeleteRequest& request) {
    return change<Node>(call,
                        {request.dry_run, request.state, request.rewrite},
                        [&](const Registry& registry, ChangeReply& reply) -> Result<Changed<Node>> {
                            WW_TRY_VOID(select(registry, request.names, reply));
                            Changed<Node> gone;
                            for (const std::string& name : reply.selected)
                                gone[name] = std::nullopt;
                            return gone;
                        });
}

Result<ChangeReply> node_import(Call& call, const protocol::ImportRequest& request) {
    return import_entries<Node>(call, request);
}

}  // namespace ww::api
