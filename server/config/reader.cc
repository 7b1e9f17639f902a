// SPDX-License-Identifier: BSD-3-Clause
//
// Reads warewulf.conf over its defaults, by its schema. A key that is not there is a warning, a
// value of the wrong type an error, and all errors are reported together.
// Source: reference/store.md §1.2, §1.3.
#include <charconv>
#include <limits>

#include "base/file.h"
#include "config/autodetect.h"
#include "config/scalars.h"
#include "config/schema.h"
#include "yaml/map.h"
#include "yaml/problems.h"
#include "yaml/scalar.h"

namespace ww::config {

namespace {

class ConfigReader {
   public:
    explicit ConfigReader(const yaml::Document& document) : document_(document) {}

    template <Section T>
    void read(const yaml::Node& node, T& into) {
        if (yaml::is_null(node)) return;
        if (node.kind != yaml::Node::Kind::Map)
            return problem(node, "this must be a map of settings");
        const auto entries = yaml::map_entries(document_, node, problems);
        if (!entries) return;
        for (const yaml::MapEntry& entry : *entries) {
            bool known = false;
            for_each_key(into, [&](const auto& key, auto& value) {
                if (key.name != entry.key->text) return;
                known = true;
                read(*entry.value, key.name, value);
            });
            if (!known)
                warnings.push_back({document_.place(*entry.at),
                                    fmt::format("unknown key \"{}\"", entry.key->text)});
        }
    }

    yaml::Problems problems;
    std::vector<yaml::Warning> warnings;

   private:
    void problem(const yaml::Node& at, std::string text) {
        problems.add(document_.place(at), std::move(text));
    }

    template <Section T>
    void read(const yaml::Node& node, std::string_view, T& into) {
        read(node, into);
    }

    void read(const yaml::Node& node, std::string_view key, std::string& into) {
        if (yaml::is_null(node)) return;
        if (node.kind != yaml::Node::Kind::Scalar)
            return problem(node, fmt::format("\"{}\" must be a single value", key));
        into = node.text;
    }

    void read(const yaml::Node& node, std::string_view key, int64_t& into) {
        if (yaml::is_null(node)) return;
        const auto found = number_of(node);
        if (!found)
            return problem(node, fmt::format("\"{}\" must be a number without quotes", key));
        into = *found;
    }

    void read(const yaml::Node& node, std::string_view key, OptionalBool& into) {
        into = yaml::is_null(node) ? std::nullopt : flag_of(node);
        if (!into && !yaml::is_null(node))
            problem(node, fmt::format("\"{}\" must be true or false, without quotes", key));
    }

    // A port.
    void read(const yaml::Node& node, std::string_view key, std::optional<int64_t>& into) {
        if (yaml::is_null(node)) return;
        const auto port = number_of(node);
        if (!port || *port < 0 || *port > std::numeric_limits<uint16_t>::max())
            return problem(node, fmt::format("\"{}\" must be a port number, 0 to 65535", key));
        into = port;
    }

    template <class T>
    void read(const yaml::Node& node, std::string_view key, std::vector<T>& into) {
        if (!yaml::is_null(node) && node.kind != yaml::Node::Kind::List)
            return problem(node, fmt::format("\"{}\" must be a list", key));
        into.clear();
        for (const yaml::Node* item : node.items)
            if (!yaml::is_null(item->resolved())) read(item->resolved(), into.emplace_back());
    }

    void read(const yaml::Node& item, std::string& into) {
        if (item.kind != yaml::Node::Kind::Scalar)
            return problem(item, "this must be a single value");
        into = item.text;
    }

    void read(const yaml::Node& item, Cidr& into) {
        const auto subnet =
            item.kind == yaml::Node::Kind::Scalar ? Cidr::parse(item.text) : std::nullopt;
        if (!subnet) return problem(item, fmt::format("invalid CIDR address: {}", item.text));
        into = {subnet->network(), subnet->prefix_length};
    }

    // All or nothing: any entry discards the default entries.
    void read(const yaml::Node& node,
              std::string_view key,
              std::map<std::string, std::string>& into) {
        if (yaml::is_null(node)) return;
        if (node.kind != yaml::Node::Kind::Map)
            return problem(node, fmt::format("\"{}\" must map architectures to files", key));
        const auto entries = yaml::map_entries(document_, node, problems);
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
            conf.autodetected = conf.address_detected = true;
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
    if (document.root() != nullptr) reader.read(document.root()->resolved(), conf);
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
