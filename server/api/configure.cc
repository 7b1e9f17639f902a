// SPDX-License-Identifier: BSD-3-Clause
//
// The services of this machine. Only a private wwd does this, with the rights of whoever runs
// wwctl: the daemon's sandbox is not made for it, and the daemon itself may have to be restarted.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/changes.h"
#include "api/handlers.h"
#include "base/site_files.h"
#include "config/config.h"
#include "configure/carry_out.h"
#include "configure/plan.h"
#include "configure/warewulfd.h"

namespace ww::api {

namespace {

using configure::Situation;
using protocol::ConfigureRequest;

Result<void> check_private(const Call& call) {
    if (call.caller.via == "private") return {};
    return Error(ErrorCode::FailedPrecondition,
                 "the daemon does not set up services: wwctl does that itself");
}

Result<configure::Plan> plan_part(const std::string& part,
                                  const Situation& situation,
                                  const ConfigureRequest& request) {
    if (part == "tls")
        return configure::plan_tls(situation,
                                   {.force = request.force,
                                    .import_dir = request.import_dir,
                                    .export_dir = request.export_dir,
                                    .alone = request.alone});
    if (part == "warewulfd") return configure::plan_warewulfd(situation);
    if (part == "tftp") return configure::plan_tftp(situation);
    if (part == "dhcp") return configure::plan_dhcp(situation);
    if (part == "nfs") return configure::plan_nfs(situation);
    if (part == "ssh") return configure::plan_ssh(situation, {.key_types = request.key_types});
    if (part == "hostfile") return configure::plan_hostfile(situation);
    return Error(ErrorCode::InvalidArgument,
                 fmt::format("nothing to configure is called {}", part));
}

/// Whether a user who is not root can do it: keys of his own.
bool is_for_anybody(const ConfigureRequest& request) {
    return request.dry_run || request.parts == protocol::Names{"ssh"};
}

}  // namespace

Result<protocol::ConfigureReply> configure_services(Call& call, const ConfigureRequest& request) {
    WW_TRY_VOID(check_private(call));
    const configure::Machine machine = configure::Machine::this_one();
    if (!machine.is_root && !is_for_anybody(request))
        return Error(ErrorCode::PermissionDenied,
                     "only root can set up the services of this machine")
            .with_hint("with --dry-run everybody sees what would be done");
    const std::string state = state_folder(call.site.conf.paths.localstatedir);
    configure::Record record = configure::Record::look(state);
    if (machine.is_root && !request.dry_run) {
        WW_TRY(record, configure::Record::open(state));
    }
    // A user's own key needs no nodes, and nodes.conf may not be his to read.
    auto snapshot = call.site.database.snapshot();
    if (machine.is_root || request.parts != protocol::Names{"ssh"}) {
        WW_TRY(snapshot, current(call.site));
    }
    configure::Systemd systemd;
    const Situation situation{
        call.site.conf, call.site.config, *snapshot, call.site.overlays, machine, systemd, record};

    // What is missing is found before anything is done.
    std::vector<configure::Plan> plans;
    for (const std::string& part : request.parts) {
        WW_TRY(configure::Plan plan, plan_part(part, situation, request), "configuring {}", part);
        plans.push_back(std::move(plan));
    }
    protocol::ConfigureReply reply;
    const auto say = [&](const std::string& level, const std::string& text) {
        call.note({level, text});
    };
    for (const configure::Plan& plan : plans) {
        if (request.dry_run) {
            for (const configure::Note& note : plan.notes) say(note.level, note.text);
            reply.shown += configure::show(plan, systemd, record);
            continue;
        }
        WW_TRY(const bool changed,
               configure::carry_out(plan, systemd, record, say),
               "configuring {}",
               plan.part);
        reply.changed |= changed;
    }
    if (request.dry_run) reply.changed = !reply.shown.empty();
    return reply;
}

Result<protocol::Nothing> server_control(Call& call,
                                         const protocol::ServerControlRequest& request) {
    WW_TRY_VOID(check_private(call));
    constexpr std::array kVerbs = {"start", "stop", "restart", "reload"};
    if (std::find(kVerbs.begin(), kVerbs.end(), request.verb) == kVerbs.end())
        return Error(ErrorCode::InvalidArgument, "unknown verb: " + request.verb);
    configure::Systemd systemd;
    const auto manager = systemd.available();
    if (!manager)
        return manager.error().with_hint("wwctl server runs the server in the foreground");
    const configure::Unit unit =
        configure::find_server(systemd, call.site.conf.warewulf.systemd_name);
    if (unit.name.empty() || unit.presence == configure::Unit::Presence::Missing)
        return Error(ErrorCode::NotFound,
                     "no unit of the server is installed: there is neither wwd "
                     "nor warewulfd")
            .with_hint("`warewulf: systemd name` names it");
    WW_TRY_VOID(systemd.run(request.verb, unit.name));
    return protocol::Nothing{};
}

}  // namespace ww::api
