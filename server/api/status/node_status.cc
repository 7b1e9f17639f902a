// SPDX-License-Identifier: BSD-3-Clause
//
// Nodes as they are met: what they were sent last, and where they are reached.
#include <set>

#include "api/changes.h"
#include "api/handlers.h"
#include "boot/service.h"
#include "config/config.h"
#include "nodes/hostlist.h"
#include "store/database.h"

namespace ww::api {

Result<protocol::StatusReply> node_status_list(Call& call, const protocol::Selection& request) {
    if (call.site.boot == nullptr)
        return Error(ErrorCode::Unavailable,
                     "could not connect to Warewulf server: no wwd runs for this site");
    protocol::StatusReply reply;
    if (const auto problem = call.site.database.problem()) reply.problem = problem->describe();
    reply.update_interval = call.site.conf.warewulf.update_interval;
    WW_TRY(const protocol::Names wanted, nodes::expand_selection(request.names));
    const std::set<std::string> chosen(wanted.begin(), wanted.end());
    for (const boot::LastSent& last : call.site.boot->last_sent()) {
        const bool all = request.names.empty() && !last.node.empty();
        if (all || chosen.count(last.node) != 0)
            reply.nodes.push_back(
                {last.node, last.stage, last.sent, last.peer_address, last.unix_seconds});
    }
    return reply;
}

Result<protocol::AddressReply> node_addresses(Call& call, const protocol::Selection& request) {
    WW_TRY(const auto snapshot, current(call.site));
    WW_TRY(const protocol::Names wanted, nodes::expand_selection(request.names));
    protocol::AddressReply reply;
    for (const std::string& name : std::set<std::string>(wanted.begin(), wanted.end())) {
        const nodes::Node* node = snapshot->find(name);
        if (node == nullptr) continue;
        protocol::NodeAddress row{name, "", ""};
        const auto device = node->network_devices.find(node->primary_network);
        if (device == node->network_devices.end())
            row.problem = "Primary network device doesn't exist";
        else if (!device->second.ipaddr || device->second.ipaddr->is_unspecified())
            row.problem = "Primary network device IP address not configured";
        else
            row.address = device->second.ipaddr->to_string();
        reply.nodes.push_back(std::move(row));
    }
    return reply;
}

}  // namespace ww::api
