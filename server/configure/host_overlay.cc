// SPDX-License-Identifier: BSD-3-Clause
#include "configure/host_overlay.h"

#include <sys/stat.h>

#include "base/path.h"
#include "config/config.h"
#include "overlay/builder.h"
#include "overlay/static_contents.h"

namespace ww::configure {

Owner owner_of(std::string_view path, const config::WarewulfConf& conf) {
    const auto below = [&](std::string_view folder) { return path.starts_with(folder); };
    if (below("etc/dhcp/") || below("etc/dhcpd") || below("etc/dnsmasq.")) return Owner::Dhcp;
    if (path == "etc/exports" || below("etc/exports.d/")) return Owner::Nfs;
    if (below("etc/profile.d/ssh_setup.")) return Owner::Ssh;
    if (path == "etc/hosts") return Owner::Hostfile;
    const auto tftp = path_beneath(conf.tftp.tftproot);
    if (tftp && !tftp->empty() && below(*tftp + "/")) return Owner::Tftp;
    return Owner::Everybody;
}

Result<void> add_host_files(const Situation& situation,
                            Plan& plan,
                            const std::function<bool(std::string_view path, Owner)>& wants) {
    WW_TRY(const overlay::Assembled made,
           situation.overlays.files_of(situation.snapshot, overlay::server_as_node(), "host"));
    for (const std::string& warning : made.warnings) plan.note("warn", warning);
    for (const auto& [path, entry] : made.files.entries()) {
        if (entry.kind == overlay::Kind::Folder) continue;
        const Owner owner = owner_of(path, situation.conf);
        if (!wants(path, owner)) continue;
        FileChange change;
        change.path = situation.machine.at("/" + path);
        WW_TRY(const auto content, overlay::content_of(entry), "reading {}", path);
        change.text = *content;
        change.kind =
            entry.kind == overlay::Kind::Link ? FileChange::Kind::Link : FileChange::Kind::File;
        change.mode = entry.meta.mode;
        change.uid = entry.meta.uid;
        change.gid = entry.meta.gid;
        change.keep = entry.backup == overlay::Backup::Once ? Keep::Copy : Keep::Nothing;
        change.shown = (entry.meta.mode & S_IROTH) != 0;
        change.read_at_start = owner != Owner::Tftp;
        plan.add(std::move(change));
    }
    return {};
}

}  // namespace ww::configure
