// SPDX-License-Identifier: BSD-3-Clause
//
// The configuration in effect as YAML, in the order and form upstream prints it. What is empty is
// left out, except where leaving it out would bring a default back.
#include "config/config.h"
#include "yaml/writer.h"

namespace ww::config {

namespace {

class Printer {
   public:
    void text(std::string_view key, const std::string& value) {
        if (!value.empty()) put(key, yaml::OutNode::of(value));
    }
    void number(std::string_view key, int64_t value) { put(key, yaml::OutNode::of(value)); }
    void flag(std::string_view key, OptionalBool value) {
        if (value) put(key, yaml::OutNode::of(*value));
    }
    void texts(std::string_view key, const std::vector<std::string>& values) {
        yaml::OutNode list = yaml::OutNode::list();
        for (const std::string& value : values) list.items.push_back(yaml::OutNode::of(value));
        put(key, std::move(list));
    }
    void put(std::string_view key, yaml::OutNode value) {
        out.pairs.push_back({std::string(key), std::move(value)});
    }

    yaml::OutNode out = yaml::OutNode::map();
};

yaml::OutNode tree(const ServerConf& conf) {
    Printer print;
    print.number("port", conf.port);
    print.number("tls port", conf.tls_port);
    print.flag("secure", conf.secure_p);
    print.flag("secure files", conf.secure_files_p);
    print.flag("tls", conf.tls_p);
    print.number("update interval", conf.update_interval);
    print.flag("autobuild overlays", conf.autobuild_overlays_p);
    print.flag("host overlay", conf.host_overlay_p);
    print.flag("grubboot", conf.grubboot_p);
    print.text("systemd name", conf.systemd_name);
    return std::move(print.out);
}

yaml::OutNode tree(const ApiConf& conf) {
    Printer print;
    print.flag("enabled", conf.enabled_p);
    print.flag("tls", conf.tls_p);
    std::vector<std::string> subnets;
    for (const Cidr& subnet : conf.allowed_subnets)
        subnets.push_back(subnet.address.to_string() + "/" + std::to_string(subnet.prefix_length));
    print.texts("allowed subnets", subnets);
    return std::move(print.out);
}

yaml::OutNode tree(const DhcpConf& conf) {
    Printer print;
    print.flag("enabled", conf.enabled_p);
    print.text("template", conf.template_name);
    print.text("range start", conf.range_start);
    print.text("range end", conf.range_end);
    print.text("range6 start", conf.range6_start);
    print.text("range6 end", conf.range6_end);
    print.text("systemd name", conf.systemd_name);
    return std::move(print.out);
}

yaml::OutNode tree(const TftpConf& conf) {
    Printer print;
    print.put("enabled", conf.enabled_p ? yaml::OutNode::of(*conf.enabled_p) : yaml::OutNode());
    print.text("tftproot", conf.tftproot);
    print.text("systemd name", conf.systemd_name);
    yaml::Value::Map files;
    for (const auto& [architecture, file] : conf.ipxe) files.push_back({architecture, file});
    print.put("ipxe", yaml::out_tree(yaml::Value(std::move(files))));
    return std::move(print.out);
}

yaml::OutNode tree(const NfsConf& conf) {
    Printer print;
    print.flag("enabled", conf.enabled_p);
    yaml::OutNode exports = yaml::OutNode::list();
    for (const NfsExport& one : conf.export_paths) {
        Printer entry;
        entry.put("path", yaml::OutNode::of(one.path));
        entry.text("export options", one.export_options);
        exports.items.push_back(std::move(entry.out));
    }
    if (!exports.items.empty()) print.put("export paths", std::move(exports));
    print.text("systemd name", conf.systemd_name);
    return std::move(print.out);
}

yaml::OutNode tree(const std::vector<ImageMount>& mounts) {
    yaml::OutNode list = yaml::OutNode::list();
    for (const ImageMount& mount : mounts) {
        Printer entry;
        entry.put("source", yaml::OutNode::of(mount.source));
        entry.text("dest", mount.dest);
        entry.flag("readonly", mount.readonly_p);
        entry.text("options", mount.options);
        entry.flag("copy", mount.copy_p);
        list.items.push_back(std::move(entry.out));
    }
    return list;
}

yaml::OutNode tree(const Paths& paths) {
    Printer print;
    print.text("bindir", paths.bindir);
    print.text("sysconfdir", paths.sysconfdir);
    print.text("localstatedir", paths.localstatedir);
    print.text("cachedir", paths.cachedir);
    print.text("ipxesource", paths.ipxesource);
    print.text("srvdir", paths.srvdir);
    print.text("firewallddir", paths.firewalldir);
    print.text("systemddir", paths.systemddir);
    print.text("datadir", paths.datadir);
    print.text("wwoverlaydir", paths.wwoverlaydir);
    print.text("wwchrootdir", paths.wwchrootdir);
    print.text("wwprovisiondir", paths.wwprovisiondir);
    print.text("wwclientdir", paths.wwclientdir);
    print.text("wwfilesdir", paths.wwfilesdir);
    return std::move(print.out);
}

}  // namespace

std::string print_config(const WarewulfConf& conf, int indent) {
    Printer print;
    print.text("comment", conf.comment);
    print.text("ipaddr", conf.ipaddr);
    print.text("netmask", conf.netmask);
    print.text("network", conf.network);
    print.text("fqdn", conf.fqdn);
    print.text("ipaddr6", conf.ipaddr6);
    print.text("prefixlen6", conf.prefixlen6);
    print.put("warewulf", tree(conf.warewulf));
    print.put("api", tree(conf.api));
    print.put("dhcp", tree(conf.dhcp));
    print.put("tftp", tree(conf.tftp));
    print.put("nfs", tree(conf.nfs));
    Printer ssh;
    ssh.texts("key types", conf.ssh_key_types);
    print.put("ssh", std::move(ssh.out));
    print.put("image mounts", tree(conf.image_mounts));
    print.put("paths", tree(conf.paths));
    if (conf.wwclient_port) {
        Printer client;
        client.number("port", *conf.wwclient_port);
        print.put("wwclient", std::move(client.out));
    }
    return yaml::write(print.out, indent);
}

}  // namespace ww::config
