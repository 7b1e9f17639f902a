// SPDX-License-Identifier: BSD-3-Clause
//
// About the site itself: the handshake, names for completion, what nodes were sent.
#include "api/meta.h"

#include <fmt/format.h>

#include <set>

#include "api/changes.h"
#include "api/handlers.h"
#include "boot/service.h"
#include "image/image.h"
#include "overlay/builder.h"
#include "protocol/socket_path.h"
#include "store/hostlist.h"

namespace ww::api {

Result<protocol::Welcome> welcome(const std::string& config, const store::WarewulfConf& conf,
                                  const protocol::Hello& hello) {
    if (hello.config != config)
        return Error(ErrorCode::Conflict,
                     fmt::format("this wwd serves {}, not {}", config, hello.config));
    return protocol::Welcome{
        config, protocol::socket_path(config, conf.paths.localstatedir), WW_VERSION};
}

Result<protocol::Welcome> handle(protocol::route::SayHello, Call& call,
                                 const protocol::Hello& request) {
    return welcome(call.site.config, call.site.conf, request);
}

Result<protocol::Selection> handle(protocol::route::NameList, Call& call,
                                   const protocol::NamesRequest& request) {
    const store::Paths& paths = call.site.conf.paths;
    protocol::Selection found;
    if (request.kind == "node" || request.kind == "profile") {
        WW_TRY(const auto snapshot, current(call.site));
        if (request.kind == "node")
            for (const auto& [name, node] : snapshot->raw().nodes) found.names.push_back(name);
        else
            for (const auto& [name, profile] : snapshot->raw().profiles) found.names.push_back(name);
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

Result<protocol::StatusReply> handle(protocol::route::NodeStatusList, Call& call,
                                     const protocol::Selection& request) {
    if (call.site.boot == nullptr)
        return Error(ErrorCode::Unavailable,
                     "could not connect to Warewulf server: no wwd runs for this site");
    protocol::StatusReply reply;
    reply.update_interval = call.site.conf.warewulf.update_interval;
    const protocol::Names wanted = store::expand_hostlist(request.names);
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
