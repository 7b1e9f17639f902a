// SPDX-License-Identifier: BSD-3-Clause
//
// configure hostfile: /etc/hosts, the server's own lines kept.
#include "configure/host_overlay.h"
#include "overlay/builder.h"

namespace ww::configure {

Result<Plan> plan_hostfile(const Situation& situation) {
    Plan plan{.part = "hostfile"};
    WW_TRY(const overlay::Overlay host,
           overlay::find_overlay(situation.overlays.folders(), "host"));
    const std::string source = host.content_root() + "/etc/hosts.ww";
    if (!exists(source))
        return Error(ErrorCode::NotFound,
                     "the overlay template '/etc/hosts.ww' does not exist in 'host' overlay")
            .with_hint("the distribution's is found when " + host.folder + " is moved away");
    WW_TRY_VOID(add_host_files(
        situation, plan, [](std::string_view, Owner owner) { return owner == Owner::Hostfile; }));
    return plan;
}

}  // namespace ww::configure
