// SPDX-License-Identifier: BSD-3-Clause
//
// warewulf.conf as a value: a struct per section with upstream's defaults, and what templates
// derive from them (reference/store.md §1). schema.h has a row per member. Read once at start;
// nothing here is written back.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/net.h"
#include "base/result.h"
#include "yaml/problems.h"

namespace ww::config {

/// A boolean that may be null; a null one reads as false even where the default is true.
using OptionalBool = std::optional<bool>;

struct ServerConf {  // key "warewulf"
    int64_t port = 9873;
    int64_t tls_port = 9874;
    OptionalBool secure_p = true;
    OptionalBool secure_files_p;
    OptionalBool tls_p;
    int64_t update_interval = 60;              // seconds
    std::optional<int64_t> image_generations;  // of each image that are kept
    OptionalBool autobuild_overlays_p = true;
    OptionalBool host_overlay_p = true;
    OptionalBool grubboot_p = false;
    std::string systemd_name;

    bool secure() const { return secure_p.value_or(false); }
    bool secure_files() const { return secure_files_p.value_or(secure()); }
    bool tls() const { return tls_p.value_or(false); }
    bool autobuild_overlays() const { return autobuild_overlays_p.value_or(false); }
    bool host_overlay() const { return host_overlay_p.value_or(false); }
    bool grubboot() const { return grubboot_p.value_or(false); }
};

struct ApiConf {
    OptionalBool enabled_p = false;
    OptionalBool tls_p;
    std::vector<Cidr> allowed_subnets;  // default: loopback

    bool enabled() const { return enabled_p.value_or(false); }
    bool tls() const { return tls_p.value_or(false); }
};

struct DhcpConf {
    OptionalBool enabled_p = true;
    std::string template_name = "default";
    std::string range_start;
    std::string range_end;
    std::string range6_start;
    std::string range6_end;
    std::string systemd_name = "dhcpd";

    bool enabled() const { return enabled_p.value_or(false); }
};

struct TftpConf {
    OptionalBool enabled_p = true;
    std::string tftproot;
    std::string systemd_name = "tftp";
    std::map<std::string, std::string> ipxe;  // DHCP architecture code -> file

    static std::map<std::string, std::string> default_ipxe();

    bool enabled() const { return enabled_p.value_or(false); }
};

struct NfsExport {
    std::string path;
    std::string export_options;
};

struct NfsConf {
    OptionalBool enabled_p = true;
    std::vector<NfsExport> export_paths;
    std::string systemd_name = "nfsd";

    bool enabled() const { return enabled_p.value_or(false); }
};

struct SshConf {
    std::vector<std::string> key_types = {"ed25519", "ecdsa", "rsa"};
};

struct ImageMount {
    std::string source;
    std::string dest;
    OptionalBool readonly_p;
    std::string options;
    OptionalBool copy_p;

    bool readonly() const { return readonly_p.value_or(false); }
    bool copy() const { return copy_p.value_or(false); }
};

/// Directories; the defaults are those of the packages (/etc, /var/lib, /usr/share).
struct Paths {
    std::string bindir;
    std::string sysconfdir;
    std::string localstatedir;
    std::string cachedir;
    std::string ipxesource;
    std::string srvdir;
    std::string firewalldir;
    std::string systemddir;
    std::string datadir;
    std::string wwoverlaydir;
    std::string wwchrootdir;
    std::string wwprovisiondir;
    std::string wwclientdir;
    std::string wwfilesdir;

    static Paths built_in();

    std::string nodes_conf() const;             // SYSCONFDIR/warewulf/nodes.conf
    std::string auth_conf() const;              // SYSCONFDIR/warewulf/auth.conf
    std::string oci_blob_cache() const;         // CACHEDIR/warewulf
    std::string site_overlays() const;          // WWOVERLAYDIR
    std::string distribution_overlays() const;  // DATADIR/warewulf/overlays
    std::string overlay_provision() const;      // WWPROVISIONDIR/overlays
};

struct ClientConf {  // key "wwclient"
    std::optional<int64_t> port;
};

/// How `wwctl power` goes about many nodes. Flags of the command come first.
struct PowerConf {
    std::string group_by;                // a tag of the nodes
    std::optional<int64_t> per_group;    // nodes of one group at once
    std::optional<int64_t> batch;        // nodes of all
    std::optional<int64_t> pause;        // seconds from one batch to the next
    std::optional<int64_t> ask_above;    // percent of all nodes
    std::optional<int64_t> seen_within;  // minutes in which a node counts as running
};

struct WarewulfConf {
    std::string file;  // where it was read from; empty for built-in defaults

    std::string comment;
    std::string ipaddr;
    std::string netmask;
    std::string network;
    std::string fqdn;
    std::string ipaddr6;
    std::string prefixlen6;
    ServerConf warewulf;
    ApiConf api;
    DhcpConf dhcp;
    TftpConf tftp;
    NfsConf nfs;
    SshConf ssh;
    std::vector<ImageMount> image_mounts;
    Paths paths;
    ClientConf wwclient;
    PowerConf power;

    bool autodetected = false;      // an address above was filled in from this machine
    bool address_detected = false;  // that address is ipaddr
    std::vector<yaml::Warning> warnings;

    static WarewulfConf defaults();

    // Each is empty if what it needs is empty or does not parse.
    std::string network_cidr() const;   // "10.0.0.0/22"
    std::string ip_cidr() const;        // "10.0.0.1/22"
    std::string network6() const;       // "fd00::"
    std::string network_cidr6() const;  // "fd00::/64"
    std::string ip_cidr6() const;       // "fd00::1/64"
    /// Both IPv6 keys are set: the templates' `.Ipv6`.
    bool ipv6() const { return !ipaddr6.empty() && !prefixlen6.empty(); }
};

enum class Autodetect { Off, On };

/// Errors: NotFound, PermissionDenied, Io; Unprocessable with the place of every bad value.
Result<WarewulfConf> load_config(const std::string& path, Autodetect autodetect);
/// The same for text at hand; `name` stands in messages.
Result<WarewulfConf> parse_config(std::string_view text,
                                  const std::string& name,
                                  Autodetect autodetect);

/// As upstream prints it: every value in effect, keys in schema order, `indent` spaces per level.
std::string print_config(const WarewulfConf& conf, int indent);

}  // namespace ww::config
