// SPDX-License-Identifier: BSD-3-Clause
//
// warewulf.conf of an older release: its keys are sorted into today's tables below, which list them
// in the order they are written. What older releases knew and today's does not is in `legacy`.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <span>

#include "base/net.h"
#include "config/config.h"
#include "upgrade/extras.h"
#include "upgrade/upgrade.h"
#include "yaml/map.h"
#include "yaml/problems.h"
#include "yaml/scalar.h"
#include "yaml/writer.h"

namespace ww::upgrade {

namespace {

enum class Type { Text, Number, Flag, Texts, Subnets, Exports, Mounts, Files, Port };

struct Key {
    std::string_view name;
    Type type = Type::Text;
    // Whether the key has a default. An empty value then means something: it is written, where
    // upstream would leave it out and so bring the default back.
    bool has_default = false;
};

constexpr Key kTop[] = {
    {"comment"},
    {"ipaddr"},
    {"netmask"},
    {"network"},
    {"fqdn"},
    {"ipaddr6"},
    {"prefixlen6"},
};
constexpr Key kWarewulf[] = {
    {"port", Type::Number, true},
    {"tls port", Type::Number, true},
    {"secure", Type::Flag, true},
    {"secure files", Type::Flag},
    {"tls", Type::Flag},
    {"update interval", Type::Number, true},
    {"autobuild overlays", Type::Flag, true},
    {"host overlay", Type::Flag, true},
    {"grubboot", Type::Flag},
    {"systemd name"},
};
constexpr Key kApi[] = {
    {"enabled", Type::Flag},
    {"tls", Type::Flag},
    {"allowed subnets", Type::Subnets, true},
};
constexpr Key kDhcp[] = {
    {"enabled", Type::Flag, true},
    {"template", Type::Text, true},
    {"range start"},
    {"range end"},
    {"range6 start"},
    {"range6 end"},
    {"systemd name", Type::Text, true},
};
constexpr Key kTftp[] = {
    {"enabled", Type::Flag, true},
    {"tftproot", Type::Text, true},
    {"systemd name", Type::Text, true},
    {"ipxe", Type::Files},
};
constexpr Key kNfs[] = {
    {"enabled", Type::Flag, true},
    {"export paths", Type::Exports},
    {"systemd name", Type::Text, true},
};
constexpr Key kSsh[] = {{"key types", Type::Texts, true}};
constexpr Key kPaths[] = {
    {"bindir", Type::Text, true},
    {"sysconfdir", Type::Text, true},
    {"localstatedir", Type::Text, true},
    {"cachedir", Type::Text, true},
    {"ipxesource", Type::Text, true},
    {"srvdir", Type::Text, true},
    {"firewallddir", Type::Text, true},
    {"systemddir", Type::Text, true},
    {"datadir", Type::Text, true},
    {"wwoverlaydir", Type::Text, true},
    {"wwchrootdir", Type::Text, true},
    {"wwprovisiondir", Type::Text, true},
    {"wwclientdir", Type::Text, true},
    {"wwfilesdir", Type::Text, true},
};
constexpr Key kClient[] = {{"port", Type::Port, true}};
constexpr Key kMounts = {"image mounts", Type::Mounts, true};

class ConfigUpgrade {
   public:
    explicit ConfigUpgrade(const yaml::Document& document) : document_(document) {}

    yaml::OutNode run() {
        yaml::OutNode out = yaml::OutNode::map();
        if (document_.root() == nullptr) return out;
        const Entries entries = entries_of(*document_.root(), "the file");
        drop(entries, "WW_INTERNAL", "no longer used");
        for (const Key& key : kTop) put(out, key, take(entries, key.name));
        port_ipv6net(out, entries);
        add_section(out, "warewulf", kWarewulf, entries);
        add_section(out, "api", kApi, entries);
        add_section(out, "dhcp", kDhcp, entries);
        add_section(out, "tftp", kTftp, entries);
        add_section(out, "nfs", kNfs, entries);
        add_section(out, "ssh", kSsh, entries);
        port_mounts(out, entries);
        add_section(out, "paths", kPaths, entries);
        port_datastore(out);
        add_section(out, "wwclient", kClient, entries);
        keep_unknown(entries);
        put_back(out, std::move(unknown_));
        return out;
    }

    std::vector<NfsMount> mounts() {
        std::vector<NfsMount> found;
        if (document_.root() == nullptr) return found;
        const yaml::Node* nfs = take(entries_of(*document_.root(), "the file"), "nfs");
        if (nfs == nullptr || yaml::is_null(*nfs)) return found;
        const Entries entries = entries_of(*nfs, "\"nfs\"");
        if (const yaml::Node* old = take(entries, "exports"))
            for (const yaml::Node* item : items_of(*old, "exports"))
                found.push_back({std::string(text_of(*item, "exports")), ""});
        if (const yaml::Node* paths = take(entries, "export paths"))
            for (const yaml::Node* item : items_of(*paths, "export paths")) {
                const Entries one = entries_of(*item, "an export path");
                if (flag_of(take(one, "mount"), "mount") != true) continue;
                const auto text = [&](std::string_view key) {
                    const yaml::Node* value = take(one, key);
                    return value == nullptr ? std::string() : std::string(text_of(*value, key));
                };
                found.push_back({text("path"), text("mount options")});
            }
        return found;
    }

    yaml::Problems problems;
    std::vector<yaml::Warning> notes;
    bool legacy = false;  // a key was met that today's server does not read

   private:
    using Entries = std::map<std::string_view, yaml::MapEntry>;

    void problem(const yaml::Node& at, std::string text) {
        problems.add(document_.place(at), std::move(text));
    }
    void note(const yaml::Node& at, std::string text) {
        legacy = true;
        notes.push_back({document_.place(at), std::move(text)});
    }

    Entries entries_of(const yaml::Node& node, std::string_view what) {
        const yaml::Node& map = node.resolved();
        if (yaml::is_null(map)) return {};
        if (map.kind != yaml::Node::Kind::Map) {
            problem(node, fmt::format("{} must be a map of settings", what));
            return {};
        }
        const auto list = yaml::map_entries(document_, map, problems);
        Entries entries;
        if (!list) return entries;
        for (const yaml::MapEntry& entry : *list)
            if (entry.key->kind == yaml::Node::Kind::Scalar)
                entries.emplace(entry.key->text, entry);
        return entries;
    }

    // The value of a key, which then is known; nullptr if it is not there.
    const yaml::Node* take(const Entries& entries, std::string_view key) {
        const auto it = entries.find(key);
        if (it == entries.end()) return nullptr;
        known_.push_back(it->second.at);
        return it->second.value;
    }

    void drop(const Entries& entries, std::string_view key, std::string_view why) {
        const yaml::Node* value = take(entries, key);
        if (value == nullptr) return;
        note(*value, fmt::format("ignore: {}: {} ({})", key, value->text, why));
    }

    void keep_unknown(const Entries& entries, std::string_view section = {}) {
        for (const auto& [key, entry] : entries) {
            if (std::find(known_.begin(), known_.end(), entry.at) != known_.end()) continue;
            UnknownKey kept{{}, yaml::out_tree(yaml::to_value(document_, *entry.value, problems))};
            if (!section.empty()) kept.path.emplace_back(section);
            kept.path.emplace_back(key);
            notes.push_back({document_.place(*entry.at),
                             fmt::format("unknown key \"{}\" is kept as it is", key)});
            unknown_.push_back(std::move(kept));
        }
    }

    // In an item of a list.
    void keep_unknown(yaml::OutNode& item, const Entries& entries) {
        const auto before = static_cast<std::ptrdiff_t>(unknown_.size());
        keep_unknown(entries);
        const auto added = unknown_.begin() + before;
        put_back(item, {std::make_move_iterator(added), std::make_move_iterator(unknown_.end())});
        unknown_.erase(added, unknown_.end());
    }

    std::string_view text_of(const yaml::Node& node, std::string_view key) {
        const yaml::Node& value = node.resolved();
        if (yaml::is_null(value)) return {};
        if (value.kind == yaml::Node::Kind::Scalar) return value.text;
        problem(node, fmt::format("\"{}\" must be a single value", key));
        return {};
    }

    std::span<const yaml::Node* const> items_of(const yaml::Node& node, std::string_view key) {
        if (yaml::is_null(node)) return {};
        if (node.kind == yaml::Node::Kind::List) return node.items;
        problem(node, fmt::format("\"{}\" must be a list", key));
        return {};
    }

    std::optional<bool> flag_of(const yaml::Node* value, std::string_view key) {
        if (value == nullptr || yaml::is_null(*value)) return std::nullopt;
        if (value->kind == yaml::Node::Kind::Scalar) {
            if (const auto word = yaml::yaml11_bool(value->text)) return word;
            const auto scalar = yaml::resolve(*value);
            if (const bool* truth = scalar ? scalar->value.get<bool>() : nullptr) return *truth;
        }
        problem(*value, fmt::format("\"{}\" must be true or false, without quotes", key));
        return std::nullopt;
    }

    std::optional<int64_t> number_of(const yaml::Node& value, std::string_view key) {
        if (value.kind == yaml::Node::Kind::Scalar) {
            if (const auto scalar = yaml::resolve(value)) {
                if (const auto* whole = scalar->value.get<int64_t>()) return *whole;
                const auto* real = scalar->value.get<double>();  // upstream cuts the fraction off
                if (real != nullptr && *real > -9e18 && *real < 9e18)
                    return static_cast<int64_t>(*real);
            }
        }
        problem(value, fmt::format("\"{}\" must be a number without quotes", key));
        return std::nullopt;
    }

    static void set(yaml::OutNode& out, std::string_view key, yaml::OutNode value) {
        out.pairs.push_back({std::string(key), std::move(value)});
    }
    static yaml::OutNode* find(yaml::OutNode& out, std::string_view key) {
        for (auto& pair : out.pairs)
            if (pair.key == yaml::Value(std::string(key))) return &pair.value;
        return nullptr;
    }

    void put(yaml::OutNode& out, const Key& key, const yaml::Node* value) {
        if (value == nullptr) return;
        const bool null = yaml::is_null(*value);
        switch (key.type) {
            case Type::Text: {
                const std::string text(text_of(*value, key.name));
                if (!text.empty() || (key.has_default && !null))
                    set(out, key.name, yaml::OutNode::of(text));
                return;
            }
            case Type::Number:
            case Type::Port: {
                if (null) return;
                const auto number = number_of(*value, key.name);
                if (!number) return;
                const bool fits = *number >= 0 && *number <= std::numeric_limits<uint16_t>::max();
                if (key.type == Type::Port && !fits)
                    return problem(*value, "\"port\" must be a port number, 0 to 65535");
                if (*number != 0 || key.has_default) set(out, key.name, yaml::OutNode::of(*number));
                return;
            }
            case Type::Flag: {
                const auto flag = flag_of(value, key.name);
                if (flag)
                    set(out, key.name, yaml::OutNode::of(*flag));
                else if (key.has_default)
                    set(out, key.name, yaml::OutNode());  // null reads as false, absent would not
                return;
            }
            case Type::Files:
                return put_files(out, *value);
            default:
                return put_list(out, key, *value);
        }
    }

    void put_files(yaml::OutNode& out, const yaml::Node& value) {
        yaml::Value::Map files;
        for (const auto& [name, entry] : entries_of(value, "\"ipxe\""))
            files.push_back({std::string(name), std::string(text_of(*entry.value, "ipxe"))});
        if (!files.empty()) set(out, "ipxe", yaml::out_tree(yaml::Value(std::move(files))));
    }

    void put_list(yaml::OutNode& out, const Key& key, const yaml::Node& value) {
        yaml::OutNode list = yaml::OutNode::list();
        for (const yaml::Node* each : items_of(value, key.name)) {
            const yaml::Node& item = each->resolved();
            if (yaml::is_null(item)) continue;
            switch (key.type) {
                case Type::Exports:
                    list.items.push_back(export_of(item));
                    break;
                case Type::Mounts:
                    list.items.push_back(mount_of(item));
                    break;
                case Type::Subnets:
                    list.items.push_back(subnet_of(item));
                    break;
                default:
                    list.items.push_back(yaml::OutNode::of(std::string(text_of(item, key.name))));
            }
        }
        if (!list.items.empty() || key.has_default) set(out, key.name, std::move(list));
    }

    yaml::OutNode subnet_of(const yaml::Node& item) {
        const std::string_view text = text_of(item, "allowed subnets");
        const auto subnet = Cidr::parse(text);
        if (!subnet) {
            problem(item, fmt::format("invalid CIDR address: {}", text));
            return {};
        }
        return yaml::OutNode::of(
            fmt::format("{}/{}", subnet->network().to_string(), subnet->prefix_length));
    }

    yaml::OutNode export_of(const yaml::Node& item) {
        const Entries entries = entries_of(item, "an export path");
        yaml::OutNode out = yaml::OutNode::map();
        const yaml::Node* path = take(entries, "path");
        const std::string path_text(path == nullptr ? "" : text_of(*path, "path"));
        set(out, "path", yaml::OutNode::of(path_text));
        put(out, {"export options"}, take(entries, "export options"));
        const yaml::Node* mount = take(entries, "mount");
        const yaml::Node* options = take(entries, "mount options");
        legacy = legacy || mount != nullptr || options != nullptr;
        if (flag_of(mount, "mount") == true)
            note(*mount,
                 fmt::format("that nodes mount {} is no longer said here; `wwctl upgrade nodes` "
                             "makes it a resource of the default profile",
                             path_text));
        keep_unknown(out, entries);
        return out;
    }

    yaml::OutNode mount_of(const yaml::Node& item) {
        const Entries entries = entries_of(item, "a mount");
        yaml::OutNode out = yaml::OutNode::map();
        const yaml::Node* source = take(entries, "source");
        set(out,
            "source",
            yaml::OutNode::of(std::string(source == nullptr ? "" : text_of(*source, "source"))));
        put(out, {"dest"}, take(entries, "dest"));
        put(out, {"readonly", Type::Flag}, take(entries, "readonly"));
        put(out, {"options"}, take(entries, "options"));
        put(out, {"copy", Type::Flag}, take(entries, "copy"));
        keep_unknown(out, entries);
        return out;
    }

    void add_section(yaml::OutNode& out,
                     std::string_view name,
                     std::span<const Key> keys,
                     const Entries& top) {
        const yaml::Node* value = take(top, name);
        if (value == nullptr || yaml::is_null(*value)) return;
        const Entries entries = entries_of(*value, fmt::format("\"{}\"", name));
        yaml::OutNode section = yaml::OutNode::map();
        for (const Key& key : keys) put(section, key, take(entries, key.name));
        if (name == "nfs") port_exports(section, entries);
        if (name == "warewulf") {
            if (const yaml::Node* syslog = take(entries, "syslog"))
                note(*syslog, "\"syslog\" is no longer used: the journal has all logs");
            datastore_ = take(entries, "datastore");
        }
        keep_unknown(entries, name);
        set(out, name, std::move(section));
    }

    // Until 4.2 exports were paths, and every node mounted them.
    void port_exports(yaml::OutNode& nfs, const Entries& entries) {
        const yaml::Node* old = take(entries, "exports");
        if (old == nullptr) return;
        legacy = true;
        yaml::OutNode list = yaml::OutNode::list();
        for (const yaml::Node* item : items_of(*old, "exports")) {
            if (yaml::is_null(item->resolved())) continue;
            yaml::OutNode row = yaml::OutNode::map();
            set(row, "path", yaml::OutNode::of(std::string(text_of(*item, "exports"))));
            list.items.push_back(std::move(row));
        }
        if (list.items.empty()) return;
        note(*old,
             "that nodes mount these exports is no longer said here; `wwctl upgrade nodes` "
             "makes them resources of the default profile");
        if (yaml::OutNode* present = find(nfs, "export paths")) {
            std::move(present->items.begin(), present->items.end(), std::back_inserter(list.items));
            *present = std::move(list);
            return;
        }
        const auto before = std::find_if(nfs.pairs.begin(), nfs.pairs.end(), [](const auto& pair) {
            return pair.key == yaml::Value("systemd name");
        });
        nfs.pairs.insert(before, {"export paths", std::move(list)});
    }

    void port_ipv6net(yaml::OutNode& out, const Entries& entries) {
        const yaml::Node* value = take(entries, "ipv6net");
        if (value == nullptr || yaml::is_null(*value)) return;
        const std::string_view text = text_of(*value, "ipv6net");
        if (text.empty()) return;
        legacy = true;
        const auto net = Cidr::parse(text);
        if (!net) return note(*value, fmt::format("ignore: ipv6net: {} (not a network)", text));
        const bool prefix_given = find(out, "prefixlen6") != nullptr;
        if (find(out, "ipaddr6") == nullptr) {
            const auto at = prefix_given ? out.pairs.end() - 1 : out.pairs.end();
            out.pairs.insert(at, {"ipaddr6", yaml::OutNode::of(net->address.to_string())});
        }
        if (!prefix_given)
            set(out, "prefixlen6", yaml::OutNode::of(std::to_string(net->prefix_length)));
    }

    void port_mounts(yaml::OutNode& out, const Entries& entries) {
        const yaml::Node* images = take(entries, kMounts.name);
        const yaml::Node* containers = take(entries, "container mounts");
        legacy = legacy || containers != nullptr;
        const bool some = images != nullptr && !items_of(*images, kMounts.name).empty();
        if (some && containers != nullptr && !yaml::is_null(*containers))
            note(*containers, "\"container mounts\" is ignored beside \"image mounts\"");
        put(out, kMounts, some || containers == nullptr ? images : containers);
    }

    void port_datastore(yaml::OutNode& out) {
        if (datastore_ == nullptr) return;
        legacy = true;
        const std::string folder(text_of(*datastore_, "datastore"));
        if (folder.empty()) return;
        yaml::OutNode* paths = find(out, "paths");
        if (paths == nullptr) {
            set(out, "paths", yaml::OutNode::map());
            paths = &out.pairs.back().value;
        }
        if (const yaml::OutNode* given = paths->find("datadir")) {
            const auto* text = given->scalar.get<std::string>();
            if (text != nullptr && !text->empty()) {
                if (*text != folder)
                    note(*datastore_, "\"datastore\" is ignored beside \"paths: datadir\"");
                return;
            }
            std::erase_if(paths->pairs,
                          [](const auto& pair) { return pair.key == yaml::Value("datadir"); });
        }
        // Its place is before the folders of Warewulf itself.
        const auto before =
            std::find_if(paths->pairs.begin(), paths->pairs.end(), [](const auto& pair) {
                return pair.key.template get<std::string>()->starts_with("ww");
            });
        paths->pairs.insert(before, {"datadir", yaml::OutNode::of(folder)});
    }

    const yaml::Document& document_;
    const yaml::Node* datastore_ = nullptr;
    std::vector<const yaml::Node*> known_;
    std::vector<UnknownKey> unknown_;
};

// Whether today's server reads both texts as the same configuration.
bool says_the_same(std::string_view before, const std::string& after, const std::string& name) {
    const auto old = config::parse_config(before, name, config::Autodetect::Off);
    const auto fresh = config::parse_config(after, name, config::Autodetect::Off);
    return old && fresh && config::print_config(*old, 2) == config::print_config(*fresh, 2);
}

}  // namespace

Result<Upgraded> upgrade_config(std::string_view text, const std::string& name) {
    constexpr int kIndent = 2;
    WW_TRY(const yaml::Document document, read_old_file(text, name));
    ConfigUpgrade upgrade(document);
    const yaml::OutNode tree = upgrade.run();
    if (!upgrade.problems.empty()) return upgrade.problems.error();
    Upgraded out{yaml::write(tree, kIndent), std::move(upgrade.notes), upgrade.legacy};
    if (const auto check = config::parse_config(out.text, name, config::Autodetect::Off); !check)
        return check.error().with_frame(fmt::format("checking the upgraded {}", name));
    out.changed = out.changed || !says_the_same(text, out.text, name);
    note_lost_comments(text, name, out.notes);
    return out;
}

Result<std::vector<NfsMount>> legacy_mounts(std::string_view text, const std::string& name) {
    WW_TRY(const yaml::Document document, yaml::read(text, name));
    ConfigUpgrade upgrade(document);
    auto mounts = upgrade.mounts();
    if (!upgrade.problems.empty()) return upgrade.problems.error();
    std::erase_if(mounts, [](const NfsMount& mount) { return mount.path.empty(); });
    return mounts;
}

}  // namespace ww::upgrade
