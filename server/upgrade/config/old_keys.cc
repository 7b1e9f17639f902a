// SPDX-License-Identifier: BSD-3-Clause
#include "upgrade/config/old_keys.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/net.h"
#include "yaml/scalar.h"

namespace ww::upgrade {

namespace {

yaml::OutNode* find(yaml::OutNode& out, std::string_view key) {
    for (auto& pair : out.pairs)
        if (pair.key == yaml::Value(std::string(key))) return &pair.value;
    return nullptr;
}
void set(yaml::OutNode& out, std::string_view key, const std::string& text) {
    out.pairs.push_back({std::string(key), yaml::OutNode::of(text)});
}

void ignore_version(ConfigValues& in, const yaml::Node& value, yaml::OutNode&) {
    in.note(value, fmt::format("ignore: WW_INTERNAL: {} (no longer used)", value.text));
}

void ignore_syslog(ConfigValues& in, const yaml::Node& value, yaml::OutNode&) {
    in.note(value, "\"syslog\" is no longer used: the journal has all logs");
}

// "2001:db8::/64" fills in what is not given; prefixlen6, if it is, has just been written.
void port_ipv6net(ConfigValues& in, const yaml::Node& value, yaml::OutNode& out) {
    const std::string text = in.text_of(value, "ipv6net");
    if (text.empty()) return;
    in.legacy = true;
    const auto net = Cidr::parse(text);
    if (!net) return in.note(value, fmt::format("ignore: ipv6net: {} (not a network)", text));
    const bool prefix_given = find(out, "prefixlen6") != nullptr;
    if (find(out, "ipaddr6") == nullptr) {
        const auto at = prefix_given ? out.pairs.end() - 1 : out.pairs.end();
        out.pairs.insert(at, {"ipaddr6", yaml::OutNode::of(net->address.to_string())});
    }
    if (!prefix_given) set(out, "prefixlen6", std::to_string(net->prefix_length));
}

// Exports were paths, and every node mounted them.
void port_exports(ConfigValues& in, const yaml::Node& value, yaml::OutNode& out) {
    in.legacy = true;
    yaml::OutNode list = yaml::OutNode::list();
    for (const yaml::Node* item : in.items_of(value, "exports")) {
        if (yaml::is_null(item->resolved())) continue;
        yaml::OutNode row = yaml::OutNode::map();
        set(row, "path", in.text_of(*item, "exports"));
        list.items.push_back(std::move(row));
    }
    if (list.items.empty()) return;
    in.note(value,
            "that nodes mount these exports is no longer said here; `wwctl upgrade nodes` "
            "makes them resources of the default profile");
    if (yaml::OutNode* given = find(out, "export paths")) {
        std::move(given->items.begin(), given->items.end(), std::back_inserter(list.items));
        *given = std::move(list);
    } else {
        out.pairs.push_back({"export paths", std::move(list)});
    }
}

void port_datastore(ConfigValues& in, const yaml::Node& value, yaml::OutNode& out) {
    in.legacy = true;
    const std::string folder = in.text_of(value, "datastore");
    if (folder.empty()) return;
    if (const yaml::OutNode* given = out.find("datadir")) {
        const auto* text = given->scalar.get<std::string>();
        if (text != nullptr && !text->empty()) {
            if (*text != folder)
                in.note(value, "\"datastore\" is ignored beside \"paths: datadir\"");
            return;
        }
        out.pairs.pop_back();  // an empty one, just written
    }
    set(out, "datadir", folder);
}

constexpr OldKey kOldKeys[] = {
    {"", "WW_INTERNAL", "4.3 to 4.5", "", "", ignore_version},
    {"", "ipv6net", "4.3 to 4.6.4", "", "prefixlen6", port_ipv6net},
    {"", "container mounts", "4.5", "", "image mounts", nullptr},
    {"warewulf", "syslog", "4.2 to 4.5", "", "", ignore_syslog},
    {"warewulf", "datastore", "4.3 to 4.5", "paths", "datadir", port_datastore},
    {"nfs", "exports", "4.0 to 4.2", "nfs", "export paths", port_exports},
};

}  // namespace

std::span<const OldKey> old_keys() { return kOldKeys; }

// 4.3 to 4.5: whether nodes mount it, and how.
void port_export(ConfigValues& in, Entries& entries, std::string_view path) {
    const yaml::Node* mount = entries.take("mount");
    const yaml::Node* options = entries.take("mount options");
    in.legacy = in.legacy || mount != nullptr || options != nullptr;
    if (mount != nullptr && in.flag_of(*mount, "mount") == true)
        in.note(*mount,
                fmt::format("that nodes mount {} is no longer said here; `wwctl upgrade nodes` "
                            "makes it a resource of the default profile",
                            path));
}

}  // namespace ww::upgrade
