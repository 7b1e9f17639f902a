// SPDX-License-Identifier: BSD-3-Clause
//
// configure nfs: /etc/exports from the overlay `host`.
#include <fmt/format.h>

#include "base/file.h"
#include "base/process.h"
#include "config/config.h"
#include "configure/host_overlay.h"

namespace ww::configure {

namespace {

/// Whether the kernel can serve NFS. Where modprobe(8) is missing nobody knows, and it may.
bool kernel_serves_nfs(const Machine& machine) {
    const auto known = read_file(machine.at("/proc/filesystems"));
    if (known && known->find("\tnfsd\n") != std::string::npos) return true;
    const auto asked = capture_program({"modprobe", "--dry-run", "--quiet", "nfsd"});
    return !asked || asked->exit.status() == 0;
}

}  // namespace

Result<Plan> plan_nfs(const Situation& situation) {
    Plan plan{.part = "nfs"};
    const config::WarewulfConf& conf = situation.conf;
    if (!conf.nfs.enabled()) return plan;
    // "nfsd" is what Warewulf has by default, and no distribution's unit.
    std::vector<std::string> names = {conf.nfs.systemd_name};
    for (const char* other : {"nfs-server", "nfs-kernel-server"})
        if (conf.nfs.systemd_name != other) names.emplace_back(other);
    std::erase(names, "");
    Unit unit = first_found(situation.services, names);
    const std::string otherwise =
        fmt::format("or set `nfs: enabled: false` in {}", situation.conf_file);
    if (unit.presence == Unit::Presence::Missing)
        return Error(ErrorCode::FailedPrecondition,
                     fmt::format("no NFS server is installed (looked for {})",
                                 fmt::join(names, ", ")))
            .with_hint(fmt::format("install the package {} and run this again, {}",
                                   situation.machine.package_with(Software::NfsServer),
                                   otherwise));
    if (!kernel_serves_nfs(situation.machine))
        return Error(ErrorCode::FailedPrecondition,
                     "this kernel has no NFS server: there is no module nfsd")
            .with_hint("boot a kernel with it, serve the exports from another machine, " +
                       otherwise);
    if (conf.warewulf.host_overlay()) {
        WW_TRY_VOID(add_host_files(situation, plan, [](std::string_view, Owner owner) {
            return owner == Owner::Nfs || owner == Owner::Everybody;
        }));
        for (const config::NfsExport& each : conf.nfs.export_paths)
            if (!is_directory(situation.machine.at(each.path)))
                plan.note("warn",
                          fmt::format("the export path {} is not a folder here: nodes cannot "
                                      "mount it",
                                      each.path));
    } else {
        plan.note("info", "host overlays are disabled, did not modify exports");
    }
    plan.service = ServiceChange{.unit = std::move(unit),
                                 .heading = "Enabling and restarting the NFS services",
                                 .restart_always = !conf.warewulf.host_overlay(),
                                 // A restart would have every client wait for the grace period.
                                 .reload_suffices = true};
    return plan;
}

}  // namespace ww::configure
