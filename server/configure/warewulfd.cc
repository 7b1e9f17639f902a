// SPDX-License-Identifier: BSD-3-Clause
//
// configure warewulfd: the server itself runs, and starts with the machine.
#include "configure/warewulfd.h"

#include "base/file.h"
#include "config/config.h"

namespace ww::configure {

Unit find_server(Services& services, const std::string& configured) {
    if (!configured.empty()) {
        Unit unit = services.look(configured);
        if (unit.presence != Unit::Presence::Missing) return unit;
    }
    for (const char* name : {"wwd", "warewulfd"})
        if (Unit unit = services.look(name); unit.found()) return unit;
    return {.name = configured, .presence = Unit::Presence::Missing};
}

Result<Plan> plan_warewulfd(const Situation& situation) {
    Plan plan{.part = "warewulfd"};
    const Unit unit = find_server(situation.services, situation.conf.warewulf.systemd_name);
    if (!unit.found() && unit.name.empty()) {
        plan.note("warn", "Not (re)starting Warewulf server: no systemd name configured");
        return plan;
    }
    if (unit.presence == Unit::Presence::Missing) {
        plan.note("warn",
                  "Not (re)starting Warewulf server: there is no service " + unit.name +
                      ", nor wwd or warewulfd");
        return plan;
    }
    // It reads warewulf.conf when it starts.
    const auto text = read_file(situation.conf_file);
    const bool is_new = text && !situation.record.is_ours(situation.conf_file, *text);
    plan.service = ServiceChange{.unit = unit,
                                 .heading = "Enabling and restarting the Warewulf server",
                                 .restart_always = is_new};
    if (is_new) plan.read_by_service = situation.conf_file;
    return plan;
}

}  // namespace ww::configure
