// SPDX-License-Identifier: BSD-3-Clause
//
// Reads warewulf.conf over its defaults. Every key has one line in read_all(); a key that is not
// there is a warning, a value of the wrong type an error, and all errors are reported together.
// Source: reference/store.md §1.2, §1.3.
#include <algorithm>
#include <charconv>
#include <functional>
#include <initializer_list>
#include <limits>

#include "base/file.h"
#include "config/autodetect.h"
#include "config/config.h"
#include "yaml/map.h"
#include "yaml/problems.h"
#include "yaml/scalar.h"

namespace ww::config {

namespace {

class ConfigReader {
   public:
    explicit ConfigReader(const yaml::Document& document) : document_(document) {}

    void read_all(const yaml::Node& root, WarewulfConf& conf) {
        map(root,
            {
                text("comment", conf.comment),
                text("ipaddr", conf.ipaddr),
                text("netmask", conf.netmask),
                text("network", conf.network),
                text("fqdn", conf.fqdn),
                text("ipaddr6", conf.ipaddr6),
                text("prefixlen6", conf.prefixlen6),
                section("warewulf",
                        {
                            integer("port", conf.warewulf.port),
                            integer("tls port", conf.warewulf.tls_port),
                            flag("secure", conf.warewulf.secure_p),
                            flag("secure files", conf.warewulf.secure_files_p),
                            flag("tls", conf.warewulf.tls_p),
                            integer("update interval", conf.warewulf.update_interval),
                            flag("autobuild overlays", conf.warewulf.autobuild_overlays_p),
                            flag("host overlay", conf.warewulf.host_overlay_p),
                            flag("grubboot", conf.warewulf.grubboot_p),
                            text("systemd name", conf.warewulf.systemd_name),
                        }),
                section("api",
                        {
                            flag("enabled", conf.api.enabled_p),
                            flag("tls", conf.api.tls_p),
                            list(
                                "allowed subnets",
                                [&] { conf.api.allowed_subnets.clear(); },
                                [&](const yaml::Node& item) {
                                    add_subnet(item, conf.api.allowed_subnets);
                                }),
                        }),
                section("dhcp",
                        {
                            flag("enabled", conf.dhcp.enabled_p),
                            text("template", conf.dhcp.template_name),
                            text("range start", conf.dhcp.range_start),
                            text("range end", conf.dhcp.range_end),
                            text("range6 start", conf.dhcp.range6_start),
                            text("range6 end", conf.dhcp.range6_end),
                            text("systemd name", conf.dhcp.systemd_name),
                        }),
                section("tftp",
                        {
                            flag("enabled", conf.tftp.enabled_p),
                            text("tftproot", conf.tftp.tftproot),
                            text("systemd name", conf.tftp.systemd_name),
                            {"ipxe",
                             [&](const yaml::Node& value) { read_ipxe(value, conf.tftp.ipxe); }},
                        }),
                section("nfs",
                        {
                            flag("enabled", conf.nfs.enabled_p),
                            list(
                                "export paths",
                                [&] { conf.nfs.export_paths.clear(); },
                                [&](const yaml::Node& item) {
                                    add_export(item, conf.nfs.export_paths);
                                }),
                            text("systemd name", conf.nfs.systemd_name),
                        }),
                section(
                    "ssh",
                    {
                        list(
                            "key types",
                            [&] { conf.ssh_key_types.clear(); },
                            [&](const yaml::Node& item) { add_text(item, conf.ssh_key_types); }),
                    }),
                list(
                    "image mounts",
                    [&] { conf.image_mounts.clear(); },
                    [&](const yaml::Node& item) { add_mount(item, conf.image_mounts); }),
                section("paths",
                        {
                            text("bindir", conf.paths.bindir),
                            text("sysconfdir", conf.paths.sysconfdir),
                            text("localstatedir", conf.paths.localstatedir),
                            text("cachedir", conf.paths.cachedir),
                            text("ipxesource", conf.paths.ipxesource),
                            text("srvdir", conf.paths.srvdir),
                            text("firewallddir", conf.paths.firewalldir),
                            text("systemddir", conf.paths.systemddir),
                            text("datadir", conf.paths.datadir),
                            text("wwoverlaydir", conf.paths.wwoverlaydir),
                            text("wwchrootdir", conf.paths.wwchrootdir),
                            text("wwprovisiondir", conf.paths.wwprovisiondir),
                            text("wwclientdir", conf.paths.wwclientdir),
                            text("wwfilesdir", conf.paths.wwfilesdir),
                        }),
                section("wwclient",
                        {
                            {"port",
                             [&](const yaml::Node& value) {
                                 read_client_port(value, conf.wwclient_port);
                             }},
                        }),
            });
    }

    yaml::Problems problems;
    std::vector<yaml::Warning> warnings;

   private:
    using Read = std::function<void(const yaml::Node& value)>;
    struct Row {
        std::string_view key;
        Read read;
    };
    using Rows = std::vector<Row>;

    void problem(const yaml::Node& at, std::string text) {
        problems.add(document_.place(at), std::move(text));
    }

    void map(const yaml::Node& node, const Rows& rows) {
        if (yaml::is_null(node)) return;
        if (node.kind != yaml::Node::Kind::Map)
            return problem(node, "this must be a map of settings");
        const auto entries = yaml::map_entries(document_, node, problems);
        if (!entries) return;
        for (const yaml::MapEntry& entry : *entries) {
            const auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& one) {
                return one.key == entry.key->text;
            });
            if (row == rows.end()) {
                warnings.push_back({document_.place(*entry.at),
                                    fmt::format("unknown key \"{}\"", entry.key->text)});
            } else {
                row->read(*entry.value);
            }
        }
    }

    Row section(std::string_view key, Rows rows) {
        return {key, [this, rows = std::move(rows)](const yaml::Node& value) { map(value, rows); }};
    }

    Row text(std::string_view key, std::string& into) {
        return {key, [this, key, &into](const yaml::Node& value) {
                    if (yaml::is_null(value)) return;
                    if (value.kind != yaml::Node::Kind::Scalar)
                        return problem(value, fmt::format("\"{}\" must be a single value", key));
                    into = value.text;
                }};
    }

    std::optional<int64_t> number(const yaml::Node& value) {
        if (value.kind != yaml::Node::Kind::Scalar) return std::nullopt;
        const auto scalar = yaml::resolve(value);
        if (!scalar) return std::nullopt;
        if (const auto* whole = scalar->value.get<int64_t>()) return *whole;
        if (const auto* real = scalar->value.get<double>()) {  // upstream cuts the fraction off
            const bool fits = *real > -9e18 && *real < 9e18;
            return fits ? std::optional(static_cast<int64_t>(*real)) : std::nullopt;
        }
        return std::nullopt;
    }

    Row integer(std::string_view key, int64_t& into) {
        return {key, [this, key, &into](const yaml::Node& value) {
                    if (yaml::is_null(value)) return;
                    const auto found = number(value);
                    if (!found)
                        return problem(value,
                                       fmt::format("\"{}\" must be a number without quotes", key));
                    into = *found;
                }};
    }

    Row flag(std::string_view key, OptionalBool& into) {
        return {key, [this, key, &into](const yaml::Node& value) { read_flag(value, key, into); }};
    }

    void read_flag(const yaml::Node& value, std::string_view key, OptionalBool& into) {
        if (yaml::is_null(value)) {
            into.reset();
            return;
        }
        if (value.kind == yaml::Node::Kind::Scalar) {
            if (const auto word = yaml::yaml11_bool(value.text)) {
                into = word;
                return;
            }
            const auto scalar = yaml::resolve(value);
            if (const bool* truth = scalar ? scalar->value.get<bool>() : nullptr) {
                into = *truth;
                return;
            }
        }
        problem(value, fmt::format("\"{}\" must be true or false, without quotes", key));
    }

    Row list(std::string_view key, std::function<void()> clear, Read add) {
        return {
            key,
            [this, key, clear = std::move(clear), add = std::move(add)](const yaml::Node& value) {
                if (!yaml::is_null(value) && value.kind != yaml::Node::Kind::List)
                    return problem(value, fmt::format("\"{}\" must be a list", key));
                clear();
                for (const yaml::Node* item : value.items) {
                    if (!yaml::is_null(item->resolved())) add(item->resolved());
                }
            }};
    }

    void add_text(const yaml::Node& item, std::vector<std::string>& into) {
        if (item.kind != yaml::Node::Kind::Scalar)
            return problem(item, "this must be a single value");
        into.emplace_back(item.text);
    }

    void add_subnet(const yaml::Node& item, std::vector<Cidr>& into) {
        auto subnet = item.kind == yaml::Node::Kind::Scalar ? Cidr::parse(item.text) : std::nullopt;
        if (!subnet) return problem(item, fmt::format("invalid CIDR address: {}", item.text));
        subnet->address = subnet->network();
        into.push_back(*subnet);
    }

    void add_export(const yaml::Node& item, std::vector<NfsExport>& into) {
        NfsExport row;
        map(item, {text("path", row.path), text("export options", row.export_options)});
        into.push_back(std::move(row));
    }

    void add_mount(const yaml::Node& item, std::vector<ImageMount>& into) {
        ImageMount row;
        map(item,
            {text("source", row.source),
             text("dest", row.dest),
             flag("readonly", row.readonly_p),
             text("options", row.options),
             flag("copy", row.copy_p)});
        into.push_back(std::move(row));
    }

    // All or nothing: any entry discards the default entries.
    void read_ipxe(const yaml::Node& value, std::map<std::string, std::string>& into) {
        if (yaml::is_null(value)) return;
        if (value.kind != yaml::Node::Kind::Map)
            return problem(value, "\"ipxe\" must map architectures to files");
        const auto entries = yaml::map_entries(document_, value, problems);
        if (!entries || entries->empty()) return;
        into.clear();
        for (const yaml::MapEntry& entry : *entries) {
            if (entry.value->kind != yaml::Node::Kind::Scalar) {
                problem(*entry.value, "this must be the name of a file");
            } else {
                into[std::string(entry.key->text)] =
                    yaml::is_null(*entry.value) ? "" : entry.value->text;
            }
        }
    }

    void read_client_port(const yaml::Node& value, std::optional<int64_t>& into) {
        if (yaml::is_null(value)) return;
        const auto port = number(value);
        if (!port || *port < 0 || *port > std::numeric_limits<uint16_t>::max())
            return problem(value, "\"port\" must be a port number, 0 to 65535");
        into = port;
    }

    const yaml::Document& document_;
};

std::optional<int> small_number(const std::string& text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

void split_ipaddr(WarewulfConf& conf) {
    const auto cidr = Cidr::parse(conf.ipaddr);
    if (!cidr) return;
    conf.ipaddr = cidr->address.to_string();
    if (conf.network.empty()) conf.network = cidr->network().to_string();
    if (conf.netmask.empty() && cidr->address.is_v4())
        conf.netmask = mask_of(cidr->prefix_length).to_string();
}

void split_ipaddr6(WarewulfConf& conf) {
    if (const auto cidr = Cidr::parse(conf.ipaddr6)) {
        conf.ipaddr6 = cidr->address.to_string();
        conf.prefixlen6 = std::to_string(cidr->prefix_length);
        return;
    }
    const auto address = IpAddress::parse(conf.ipaddr6);
    const auto length = small_number(conf.prefixlen6);
    if (!address || !length) return;
    conf.ipaddr6 = address->to_string();
    conf.prefixlen6 = std::to_string(*length);
}

void fill_in_addresses(WarewulfConf& conf) {
    if (conf.ipaddr.empty()) {
        if (const auto own = own_address()) {
            conf.ipaddr = own->to_string();
            conf.autodetected = true;
        }
    }
    const auto address = IpAddress::parse(conf.ipaddr);
    if (conf.netmask.empty() && address && address->is_v4()) {
        if (const auto mask = mask_of_interface(*address)) {
            conf.netmask = mask->to_string();
            conf.autodetected = true;
        }
    }
    const auto mask = IpAddress::parse(conf.netmask);
    if (conf.network.empty() && address && mask && address->is_v4() && mask->is_v4()) {
        conf.network = IpAddress::from_v4(address->v4() & mask->v4()).to_string();
        conf.autodetected = true;
    }
}

}  // namespace

Result<WarewulfConf> parse_config(std::string_view text,
                                  const std::string& name,
                                  Autodetect autodetect) {
    WW_TRY(const yaml::Document document, yaml::read(text, name));
    WarewulfConf conf = WarewulfConf::defaults();
    ConfigReader reader(document);
    if (document.root() != nullptr) reader.read_all(document.root()->resolved(), conf);
    if (!reader.problems.empty()) return reader.problems.error();
    conf.warnings = std::move(reader.warnings);
    split_ipaddr(conf);
    if (autodetect == Autodetect::On) fill_in_addresses(conf);
    split_ipaddr6(conf);
    return conf;
}

Result<WarewulfConf> load_config(const std::string& path, Autodetect autodetect) {
    WW_TRY(const std::string text, read_file(path));
    WW_TRY(WarewulfConf conf, parse_config(text, path, autodetect));
    conf.file = path;
    return conf;
}

}  // namespace ww::config
