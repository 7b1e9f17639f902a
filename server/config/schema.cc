// SPDX-License-Identifier: BSD-3-Clause
#include "config/schema.h"

#include <array>

namespace ww::config {

namespace {

constexpr std::array kTop = {
    Key<WarewulfConf>{.name = "comment",
                      .member = &WarewulfConf::comment,
                      .doc = "Free text.",
                      .used_by = UsedBy::Nobody},
    Key<WarewulfConf>{
        .name = "ipaddr",
        .member = &WarewulfConf::ipaddr,
        .doc = "The server's address, as nodes reach it; with a prefix (`10.0.0.1/22`) it fills in "
               "`netmask` and `network`, too.",
        .empty = "wwd takes the address this machine uses towards the world; wwclient does not"},
    Key<WarewulfConf>{.name = "netmask",
                      .member = &WarewulfConf::netmask,
                      .doc = "The mask of the network nodes boot in (`255.255.252.0`).",
                      .empty = "that of the interface with `ipaddr`",
                      .used_by = UsedBy::Templates},
    Key<WarewulfConf>{.name = "network",
                      .member = &WarewulfConf::network,
                      .doc = "The network nodes boot in (`10.0.0.0`).",
                      .empty = "`ipaddr` and `netmask` say it",
                      .used_by = UsedBy::Templates},
    Key<WarewulfConf>{.name = "fqdn",
                      .member = &WarewulfConf::fqdn,
                      .doc = "A name of the server for its TLS certificate."},
    Key<WarewulfConf>{.name = "ipaddr6",
                      .member = &WarewulfConf::ipaddr6,
                      .doc = "The server's IPv6 address: for boot scripts of nodes that ask over "
                             "IPv6, and what wwclient prefers; with a prefix it sets `prefixlen6`.",
                      .empty = "nodes use `ipaddr`"},
    Key<WarewulfConf>{.name = "prefixlen6",
                      .member = &WarewulfConf::prefixlen6,
                      .doc = "The prefix length of `ipaddr6`.",
                      .used_by = UsedBy::Templates},
    Key<WarewulfConf>{
        .name = "warewulf", .member = &WarewulfConf::warewulf, .print = Print::Always},
    Key<WarewulfConf>{.name = "api", .member = &WarewulfConf::api, .print = Print::Always},
    Key<WarewulfConf>{.name = "dhcp", .member = &WarewulfConf::dhcp, .print = Print::Always},
    Key<WarewulfConf>{.name = "tftp", .member = &WarewulfConf::tftp, .print = Print::Always},
    Key<WarewulfConf>{.name = "nfs", .member = &WarewulfConf::nfs, .print = Print::Always},
    Key<WarewulfConf>{.name = "ssh", .member = &WarewulfConf::ssh, .print = Print::Always},
    Key<WarewulfConf>{.name = "image mounts",
                      .member = &WarewulfConf::image_mounts,
                      .doc = "What of the server commands in images see, a map each.",
                      .used_by = UsedBy::Nobody,
                      .print = Print::Always},
    Key<WarewulfConf>{.name = "paths", .member = &WarewulfConf::paths, .print = Print::Always},
    Key<WarewulfConf>{.name = "wwclient", .member = &WarewulfConf::wwclient},
    Key<WarewulfConf>{.name = "power", .member = &WarewulfConf::power},
};

constexpr std::array kServer = {
    Key<ServerConf>{.name = "port",
                    .member = &ServerConf::port,
                    .doc = "The port for HTTP; 0: none.",
                    .print = Print::Always},
    Key<ServerConf>{.name = "tls port",
                    .member = &ServerConf::tls_port,
                    .doc = "The port for HTTPS, where `tls` is on.",
                    .print = Print::Always},
    Key<ServerConf>{.name = "secure",
                    .member = &ServerConf::secure_p,
                    .doc = "Runtime overlays only for those who ask from a port below 1024, which "
                           "takes root; wwclient then does."},
    Key<ServerConf>{.name = "secure files",
                    .member = &ServerConf::secure_files_p,
                    .doc = "The same for `/files/`.",
                    .empty = "as `secure`"},
    Key<ServerConf>{.name = "tls",
                    .member = &ServerConf::tls_p,
                    .doc = "HTTPS beside HTTP, and runtime overlays by HTTPS only; needs "
                           "`warewulf.key` and `warewulf.crt` in `SYSCONFDIR/warewulf/tls`."},
    Key<ServerConf>{
        .name = "update interval",
        .member = &ServerConf::update_interval,
        .doc = "Seconds between two questions of wwclient for its runtime overlay; `node status` "
               "calls a node late by it. 0: wwclient takes 300.",
        .print = Print::Always},
    Key<ServerConf>{.name = "image generations",
                    .member = &ServerConf::image_generations,
                    .doc = "So many of the newest builds of each image are kept for `image "
                           "rollback`, besides those that nodes need.",
                    .empty = "3"},
    Key<ServerConf>{.name = "autobuild overlays",
                    .member = &ServerConf::autobuild_overlays_p,
                    .doc = "Build an overlay when a node asks for one that is missing or old."},
    Key<ServerConf>{.name = "host overlay",
                    .member = &ServerConf::host_overlay_p,
                    .doc = "Write the files of the overlay `host` on the server."},
    Key<ServerConf>{.name = "grubboot",
                    .member = &ServerConf::grubboot_p,
                    .doc = "Nodes boot by shim and GRUB, not by iPXE."},
    Key<ServerConf>{.name = "systemd name",
                    .member = &ServerConf::systemd_name,
                    .doc = "The unit of the server."},
};

constexpr std::array kApi = {
    Key<ApiConf>{.name = "enabled",
                 .member = &ApiConf::enabled_p,
                 .doc = "The REST interface below `/api/`."},
    Key<ApiConf>{.name = "tls", .member = &ApiConf::tls_p, .doc = "Only by HTTPS."},
    Key<ApiConf>{.name = "allowed subnets",
                 .member = &ApiConf::allowed_subnets,
                 .doc = "Who may use it, as networks with a prefix.",
                 .empty = "nobody may",
                 .print = Print::Always},
};

constexpr std::array kDhcp = {
    Key<DhcpConf>{.name = "enabled",
                  .member = &DhcpConf::enabled_p,
                  .doc = "The server of this machine configures DHCP."},
    Key<DhcpConf>{.name = "template",
                  .member = &DhcpConf::template_name,
                  .doc = "`static` gives every node an entry with its address."},
    Key<DhcpConf>{.name = "range start",
                  .member = &DhcpConf::range_start,
                  .doc = "First IPv4 address for machines without an entry.",
                  .empty = "no pool"},
    Key<DhcpConf>{.name = "range end",
                  .member = &DhcpConf::range_end,
                  .doc = "Last IPv4 address for machines without an entry.",
                  .empty = "no pool"},
    Key<DhcpConf>{.name = "range6 start",
                  .member = &DhcpConf::range6_start,
                  .doc = "First IPv6 address, with dnsmasq.",
                  .empty = "no pool",
                  .used_by = UsedBy::Templates},
    Key<DhcpConf>{.name = "range6 end",
                  .member = &DhcpConf::range6_end,
                  .doc = "Last IPv6 address, with dnsmasq.",
                  .empty = "no pool",
                  .used_by = UsedBy::Templates},
    Key<DhcpConf>{.name = "systemd name",
                  .member = &DhcpConf::systemd_name,
                  .doc = "The unit of the DHCP server."},
};

constexpr std::array kTftp = {
    Key<TftpConf>{.name = "enabled",
                  .member = &TftpConf::enabled_p,
                  .doc = "This machine serves boot files by TFTP.",
                  .print = Print::Always},
    Key<TftpConf>{.name = "tftproot",
                  .member = &TftpConf::tftproot,
                  .doc = "The folder that TFTP serves; boot files lie in `warewulf` below it."},
    Key<TftpConf>{.name = "systemd name",
                  .member = &TftpConf::systemd_name,
                  .doc = "The unit of the TFTP server."},
    Key<TftpConf>{.name = "ipxe",
                  .member = &TftpConf::ipxe,
                  .doc = "The iPXE program for each DHCP architecture code; one entry replaces all "
                         "of the default.",
                  .empty = "the default",
                  .print = Print::Always},
};

constexpr std::array kNfs = {
    Key<NfsConf>{.name = "enabled",
                 .member = &NfsConf::enabled_p,
                 .doc = "This machine exports folders by NFS."},
    Key<NfsConf>{.name = "export paths",
                 .member = &NfsConf::export_paths,
                 .doc = "What it exports, a map each."},
    Key<NfsConf>{.name = "systemd name",
                 .member = &NfsConf::systemd_name,
                 .doc = "The unit of the NFS server."},
};

constexpr std::array kExport = {
    Key<NfsExport>{
        .name = "path", .member = &NfsExport::path, .doc = "The folder.", .print = Print::Always},
    Key<NfsExport>{.name = "export options",
                   .member = &NfsExport::export_options,
                   .doc = "Options of exports(5).",
                   .used_by = UsedBy::Templates},
};

constexpr std::array kSsh = {
    Key<SshConf>{.name = "key types",
                 .member = &SshConf::key_types,
                 .doc = "Kinds of host keys for nodes; users get one of the first kind.",
                 .print = Print::Always},
};

constexpr std::array kMount = {
    Key<ImageMount>{.name = "source",
                    .member = &ImageMount::source,
                    .doc = "The file or folder of the server.",
                    .used_by = UsedBy::Nobody,
                    .print = Print::Always},
    Key<ImageMount>{.name = "dest",
                    .member = &ImageMount::dest,
                    .doc = "Where it appears in the image.",
                    .empty = "where it is on the server",
                    .used_by = UsedBy::Nobody},
    Key<ImageMount>{.name = "readonly",
                    .member = &ImageMount::readonly_p,
                    .doc = "The image cannot change it.",
                    .used_by = UsedBy::Nobody},
    Key<ImageMount>{.name = "options",
                    .member = &ImageMount::options,
                    .doc = "Options of the mount.",
                    .used_by = UsedBy::Nobody},
    Key<ImageMount>{.name = "copy",
                    .member = &ImageMount::copy_p,
                    .doc = "A copy, which goes afterwards, not the thing itself.",
                    .used_by = UsedBy::Nobody},
};

constexpr std::array kPaths = {
    Key<Paths>{.name = "bindir",
               .member = &Paths::bindir,
               .doc = "Programs.",
               .used_by = UsedBy::Templates},
    Key<Paths>{.name = "sysconfdir",
               .member = &Paths::sysconfdir,
               .doc = "`warewulf/` in it has `nodes.conf`, `auth.conf`, the scripts in `ipxe` and "
                      "`grub`, and the keys in `tls` and `keys`."},
    Key<Paths>{.name = "localstatedir",
               .member = &Paths::localstatedir,
               .doc = "What wwd keeps: the journal of `nodes.conf`, and the socket of a site that "
                      "is not the installed one."},
    Key<Paths>{.name = "cachedir",
               .member = &Paths::cachedir,
               .doc = "`warewulf/` in it may be deleted at any time; `wwctl clean` does."},
    Key<Paths>{
        .name = "ipxesource", .member = &Paths::ipxesource, .doc = "Where iPXE's programs lie."},
    Key<Paths>{.name = "srvdir",
               .member = &Paths::srvdir,
               .doc = "What the machine serves.",
               .used_by = UsedBy::Templates},
    Key<Paths>{.name = "firewallddir",
               .member = &Paths::firewalldir,
               .doc = "Services of firewalld.",
               .used_by = UsedBy::Templates},
    Key<Paths>{.name = "systemddir",
               .member = &Paths::systemddir,
               .doc = "Units of systemd.",
               .used_by = UsedBy::Templates},
    Key<Paths>{.name = "datadir",
               .member = &Paths::datadir,
               .doc = "`warewulf/overlays` in it has the overlays of the distribution."},
    Key<Paths>{
        .name = "wwoverlaydir", .member = &Paths::wwoverlaydir, .doc = "The overlays of the site."},
    Key<Paths>{.name = "wwchrootdir", .member = &Paths::wwchrootdir, .doc = "Images, as folders."},
    Key<Paths>{.name = "wwprovisiondir",
               .member = &Paths::wwprovisiondir,
               .doc = "Images and overlays as archives, as nodes get them."},
    Key<Paths>{.name = "wwclientdir",
               .member = &Paths::wwclientdir,
               .doc = "On nodes: wwclient and the server's certificate."},
    Key<Paths>{.name = "wwfilesdir", .member = &Paths::wwfilesdir, .doc = "What `/files/` serves."},
};

constexpr std::array kClient = {
    Key<ClientConf>{.name = "port",
                    .member = &ClientConf::port,
                    .doc = "The port wwclient asks from.",
                    .empty = "with `secure` 987, or another below 1024; else any"},
};

constexpr std::array kPower = {
    Key<PowerConf>{.name = "group by",
                   .member = &PowerConf::group_by,
                   .doc = "The tag of nodes that tells what they are switched on behind: a rack, a "
                          "breaker.",
                   .empty = "nodes have no groups"},
    Key<PowerConf>{.name = "per group",
                   .member = &PowerConf::per_group,
                   .doc = "So many nodes of one group are switched on at once.",
                   .empty = "1, where there are groups"},
    Key<PowerConf>{.name = "batch",
                   .member = &PowerConf::batch,
                   .doc = "So many nodes of all are switched on at once.",
                   .empty = "no limit but those of groups"},
    Key<PowerConf>{.name = "pause",
                   .member = &PowerConf::pause,
                   .doc = "Seconds from those to the next.",
                   .empty = "1, where there are groups or batches"},
    Key<PowerConf>{.name = "ask above",
                   .member = &PowerConf::ask_above,
                   .doc = "`wwctl power` asks before more than so many percent of all nodes are "
                          "switched off or reset.",
                   .empty = "10"},
    Key<PowerConf>{.name = "seen within",
                   .member = &PowerConf::seen_within,
                   .doc = "It asks, too, if some of them were here in so many minutes; 0: it does "
                          "not.",
                   .empty = "5"},
};

}  // namespace

template <>
std::span<const Key<WarewulfConf>> keys<WarewulfConf>() {
    return kTop;
}
template <>
std::span<const Key<ServerConf>> keys<ServerConf>() {
    return kServer;
}
template <>
std::span<const Key<ApiConf>> keys<ApiConf>() {
    return kApi;
}
template <>
std::span<const Key<DhcpConf>> keys<DhcpConf>() {
    return kDhcp;
}
template <>
std::span<const Key<TftpConf>> keys<TftpConf>() {
    return kTftp;
}
template <>
std::span<const Key<NfsConf>> keys<NfsConf>() {
    return kNfs;
}
template <>
std::span<const Key<NfsExport>> keys<NfsExport>() {
    return kExport;
}
template <>
std::span<const Key<SshConf>> keys<SshConf>() {
    return kSsh;
}
template <>
std::span<const Key<ImageMount>> keys<ImageMount>() {
    return kMount;
}
template <>
std::span<const Key<Paths>> keys<Paths>() {
    return kPaths;
}
template <>
std::span<const Key<ClientConf>> keys<ClientConf>() {
    return kClient;
}
template <>
std::span<const Key<PowerConf>> keys<PowerConf>() {
    return kPower;
}

}  // namespace ww::config
