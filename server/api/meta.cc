// SPDX-License-Identifier: BSD-3-Clause
//
// About the site itself: the handshake, names for completion, what nodes were sent.
#include "api/meta.h"

#include <fmt/format.h>

#include <set>

#include "api/changes.h"
#include "api/handlers.h"
#include "base/confined_dir.h"
#include "base/file.h"
#include "base/site_files.h"
#include "boot/service.h"
#include "image/image.h"
#include "nodes/hostlist.h"
#include "overlay/builder.h"
#include "store/database.h"

namespace ww::api {

Result<protocol::Welcome> welcome(const std::string& config,
                                  const config::WarewulfConf& conf,
                                  const protocol::Hello& hello) {
    if (hello.config != config)
        return Error(ErrorCode::Conflict,
                     fmt::format("this wwd serves {}, not {}", config, hello.config));
    return protocol::Welcome{
        config, socket_file(run_folder(config, conf.paths.localstatedir)), WW_VERSION};
}

Result<protocol::Welcome> handle(protocol::route::SayHello,
                                 Call& call,
                                 const protocol::Hello& request) {
    return welcome(call.site.config, call.site.conf, request);
}

Result<protocol::Selection> handle(protocol::route::NameList,
                                   Call& call,
                                   const protocol::NamesRequest& request) {
    const config::Paths& paths = call.site.conf.paths;
    protocol::Selection found;
    const bool entries = request.kind == "entry";
    if (entries || request.kind == "node" || request.kind == "profile") {
        WW_TRY(const auto snapshot, current(call.site));
        if (entries || request.kind == "node")
            for (const auto& [name, node] : snapshot->raw().nodes) found.names.push_back(name);
        if (entries || request.kind == "profile")
            for (const auto& [name, profile] : snapshot->raw().profiles)
                found.names.push_back(name);
    } else if (request.kind == "image") {
        WW_TRY(found.names, image::Images(paths.wwchrootdir, paths.wwprovisiondir).list());
    } else if (request.kind == "overlay") {
        for (const overlay::Overlay& each : overlay::list_overlays(call.site.overlays.folders()))
            found.names.push_back(each.name);
    } else {
        return Error(ErrorCode::InvalidArgument, fmt::format("no names of kind {}", request.kind));
    }
    return found;
}

Result<protocol::Document> handle(protocol::route::ConfigDocument,
                                  Call& call,
                                  const protocol::Nothing&) {
    constexpr int kIndent = 4;
    return protocol::Document{config::print_config(call.site.conf, kIndent)};
}

Result<protocol::Nothing> handle(protocol::route::Clean, Call& call, const protocol::Nothing&) {
    WW_TRY(const auto snapshot, current(call.site));
    WW_TRY_VOID(remove_tree(call.site.conf.paths.oci_blob_cache()));
    const std::string& built = call.site.overlays.folders().built;
    WW_TRY(const ConfinedDir folder, ConfinedDir::open(built));
    for (const std::string& name : folder.list(".")) {
        const auto status = folder.link_status(name);
        if (!status || !S_ISDIR(status->st_mode) || snapshot->find(name) != nullptr) continue;
        WW_TRY_VOID(remove_tree(fmt::format("{}/{}", built, name)));
    }
    return protocol::Nothing{};
}

Result<protocol::AddressReply> handle(protocol::route::NodeAddresses,
                                      Call& call,
                                      const protocol::Selection& request) {
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

Result<protocol::StatusReply> handle(protocol::route::NodeStatusList,
                                     Call& call,
                                     const protocol::Selection& request) {
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

}  // namespace ww::api
