// SPDX-License-Identifier: BSD-3-Clause
//
// Management controllers: what to run for each node. wwctl runs it.
#include "api/power.h"

#include <fmt/format.h>

#include <ctime>
#include <set>

#include "api/changes.h"
#include "api/handlers.h"
#include "api/suggest.h"
#include "boot/service.h"
#include "config/config.h"
#include "fields/bmc.h"
#include "nodes/hostlist.h"

namespace ww::api {

namespace {

// Five times what wwclient lets pass by itself: who is not heard of so long does not run.
constexpr int64_t kLatelyMinutes = 5;
constexpr int64_t kAskAbovePercent = 10;

int64_t seen_lately(const Site& site, const std::set<std::string>& names, int64_t minutes) {
    if (site.boot == nullptr || minutes == 0) return 0;
    const int64_t since = std::time(nullptr) - minutes * 60;
    std::set<std::string> seen;
    for (const boot::LastSent& last : site.boot->last_sent())
        if (last.unix_seconds >= since && names.contains(last.node)) seen.insert(last.node);
    return static_cast<int64_t>(seen.size());
}

protocol::PowerCommand command_for(power::Commands& commands,
                                   const nodes::Node& node,
                                   const power::Verb& verb,
                                   const protocol::PowerRequest& request) {
    protocol::PowerCommand row{.node = node.id};
    if (node.ipmi.ipaddr) row.address = node.ipmi.ipaddr->to_string();
    const auto made = commands.make(node, verb, request.persistent);
    if (!made) {
        row.problem = made.error().describe();
        return row;
    }
    row.shown = made->shown;
    if (request.only_shown) return row;
    row.command = made->text;
    if (!made->password.empty()) {
        row.variable = fields::kBmcPasswordVariable;
        row.password = made->password;
    }
    return row;
}

}  // namespace

Result<protocol::PowerReply> commands_for(Call& call,
                                          const protocol::PowerRequest& request,
                                          power::Templates from) {
    const power::Verb* verb = power::find_verb(request.verb);
    if (verb == nullptr)
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("nothing to ask of a BMC is called {}", request.verb));
    WW_TRY(const auto snapshot, current(call.site));
    WW_TRY(const protocol::Names wanted, nodes::expand_selection(request.names));
    protocol::PowerReply reply;
    power::Commands commands(call.site.conf.paths.datadir, from);
    const config::PowerConf& conf = call.site.conf.power;
    const std::string& group_by = request.group_by.empty() ? conf.group_by : request.group_by;
    std::set<std::string> found;
    for (const std::string& name : std::set(wanted.begin(), wanted.end())) {
        const nodes::Node* node = snapshot->find(name);
        if (node == nullptr) {
            call.note({"warn",
                       with_hint(fmt::format("no node is called {}", name),
                                 node_hint(snapshot->raw(), name))});
            continue;
        }
        found.insert(name);
        reply.commands.push_back(command_for(commands, *node, *verb, request));
        if (const auto tag = node->tags.find(group_by); verb->starts && tag != node->tags.end())
            reply.commands.back().group = tag->second;
    }
    if (found.empty()) return Error(ErrorCode::NotFound, "no nodes found");
    reply.interrupts = verb->interrupts;
    reply.nodes = static_cast<int64_t>(snapshot->nodes().size());
    reply.lately = conf.seen_within.value_or(kLatelyMinutes);
    reply.seen = seen_lately(call.site, found, reply.lately);
    reply.ask_above = conf.ask_above.value_or(kAskAbovePercent);
    reply.starts = verb->starts;
    if (verb->starts) {
        reply.grouped = !group_by.empty();
        reply.batch = conf.batch.value_or(0);
        reply.per_group = conf.per_group.value_or(0);
        reply.pause = conf.pause.value_or(0);
    }
    return reply;
}

Result<protocol::PowerReply> power_commands(Call& call, const protocol::PowerRequest& request) {
    return commands_for(call, request, power::Templates::Anywhere);
}

}  // namespace ww::api
