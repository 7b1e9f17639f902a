// SPDX-License-Identifier: BSD-3-Clause
//
// Defaults of warewulf.conf and what templates derive from its addresses. Reading is in
// reader.cc.
#include "config/config.h"

#include <charconv>

namespace ww::config {

namespace {

std::optional<int> prefix_length(const std::string& text, int max) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > max)
        return std::nullopt;
    return value;
}

std::optional<int> mask_length_of(const std::string& netmask) {
    const auto mask = IpAddress::parse(netmask);
    return mask ? mask_length(*mask) : std::nullopt;
}

// The server's IPv6 address with its prefix, if both are usable.
std::optional<Cidr> ipv6_cidr(const WarewulfConf& conf) {
    const auto address = IpAddress::parse(conf.ipaddr6);
    const auto length = prefix_length(conf.prefixlen6, 128);
    if (!address || address->is_v4() || !length) return std::nullopt;
    return Cidr{*address, *length};
}

std::string print(const IpAddress& address, int length) {
    return fmt::format("{}/{}", address.to_string(), length);
}

std::string with_mask(const std::string& address_text, const std::string& netmask) {
    const auto address = IpAddress::parse(address_text);
    const auto length = mask_length_of(netmask);
    return address && length ? print(*address, *length) : std::string();
}

}  // namespace

Paths Paths::built_in() {
    const std::string state = "/var/lib/warewulf";
    Paths paths;
    paths.bindir = "/usr/bin";
    paths.sysconfdir = "/etc";
    paths.localstatedir = "/var/lib";
    paths.cachedir = "/var/cache";
    paths.ipxesource = "/usr/share/ipxe";
    paths.srvdir = "/srv";
    paths.firewalldir = "/usr/lib/firewalld/services";
    paths.systemddir = "/usr/lib/systemd/system";
    paths.datadir = "/usr/share";
    paths.wwoverlaydir = state + "/overlays";
    paths.wwchrootdir = state + "/chroots";
    paths.wwprovisiondir = state + "/provision";
    paths.wwclientdir = "/warewulf";
    paths.wwfilesdir = state + "/files";
    return paths;
}

std::string Paths::nodes_conf() const { return sysconfdir + "/warewulf/nodes.conf"; }
std::string Paths::auth_conf() const { return sysconfdir + "/warewulf/auth.conf"; }
std::string Paths::oci_blob_cache() const { return cachedir + "/warewulf"; }
std::string Paths::site_overlays() const { return wwoverlaydir; }
std::string Paths::distribution_overlays() const { return datadir + "/warewulf/overlays"; }
std::string Paths::overlay_provision() const { return wwprovisiondir + "/overlays"; }

std::map<std::string, std::string> TftpConf::default_ipxe() {
    return {{"00:00", "undionly.kpxe"},
            {"00:07", "ipxe-snponly-x86_64.efi"},
            {"00:09", "ipxe-snponly-x86_64.efi"},
            {"00:0B", "arm64-efi/snponly.efi"}};
}

WarewulfConf WarewulfConf::defaults() {
    WarewulfConf conf;
    conf.api.allowed_subnets = {*Cidr::parse("127.0.0.0/8"), *Cidr::parse("::1/128")};
    conf.tftp.tftproot = "/var/lib/tftpboot";
    conf.tftp.ipxe = TftpConf::default_ipxe();
    ImageMount resolver;
    resolver.source = resolver.dest = "/etc/resolv.conf";
    conf.image_mounts = {resolver};
    conf.paths = Paths::built_in();
    return conf;
}

std::string WarewulfConf::network_cidr() const { return with_mask(network, netmask); }
std::string WarewulfConf::ip_cidr() const { return with_mask(ipaddr, netmask); }

std::string WarewulfConf::network6() const {
    const auto cidr = ipv6_cidr(*this);
    return cidr ? cidr->network().to_string() : std::string();
}

std::string WarewulfConf::network_cidr6() const {
    const auto cidr = ipv6_cidr(*this);
    return cidr ? print(cidr->network(), cidr->prefix_length) : std::string();
}

std::string WarewulfConf::ip_cidr6() const {
    const auto cidr = ipv6_cidr(*this);
    return cidr ? print(cidr->address, cidr->prefix_length) : std::string();
}

}  // namespace ww::config
