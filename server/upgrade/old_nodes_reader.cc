// SPDX-License-Identifier: BSD-3-Clause
#include "upgrade/old_nodes_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/ascii.h"
#include "base/net.h"
#include "fields/words.h"
#include "nodes/schema.h"
#include "yaml/map.h"
#include "yaml/problems.h"
#include "yaml/scalar.h"

namespace ww::upgrade {

namespace {

/// The parts of `text` between any of `separators`, without empty ones and without blanks around.
nodes::StringList split(std::string_view text, std::string_view separators) {
    constexpr std::string_view kBlanks = " \t\r\n";
    nodes::StringList parts;
    for (size_t at = 0; at <= text.size();) {
        const size_t end = std::min(text.find_first_of(separators, at), text.size());
        std::string_view part = text.substr(at, end - at);
        part.remove_prefix(std::min(part.find_first_not_of(kBlanks), part.size()));
        part = part.substr(0, part.find_last_not_of(kBlanks) + 1);
        if (!part.empty()) parts.emplace_back(part);
        at = end + 1;
    }
    return parts;
}

/// The entries of one map. What nobody has taken in the end is unknown.
class Entries {
   public:
    explicit Entries(std::vector<yaml::MapEntry> all) : all_(std::move(all)), taken_(all_.size()) {}

    /// The value of a key, once; nullptr if it is not there, null, or taken already.
    const yaml::Node* take(std::string_view key) {
        for (size_t i = 0; i < all_.size(); ++i) {
            if (all_[i].key->text != key || taken_[i]) continue;
            taken_[i] = true;
            return yaml::is_null(*all_[i].value) ? nullptr : all_[i].value;
        }
        return nullptr;
    }
    const std::vector<yaml::MapEntry>& all() const { return all_; }
    bool taken(size_t i) const { return taken_[i]; }

   private:
    std::vector<yaml::MapEntry> all_;
    std::vector<bool> taken_;
};

class OldNodesReader {
   public:
    OldNodesReader(const yaml::Document& document, const KernelOverride& kernel_override)
        : document_(document), kernel_override_(kernel_override) {}

    void run() {
        if (document_.root() == nullptr) return;
        Entries top = entries_of(*document_.root(), "the file ");
        if (const yaml::Node* version = top.take("WW_INTERNAL"))
            note(*version, fmt::format("ignore: WW_INTERNAL: {} (no longer used)", version->text));
        read_all(top, "nodeprofiles", out.registry.profiles);
        read_all(top, "nodes", out.registry.nodes);
        keep_unknown(top);
    }

    OldNodes out;
    yaml::Problems problems;

   private:
    /// Where the reader is, for messages and for keys to be kept.
    class At {
       public:
        At(std::vector<std::string>& path, std::string_view key) : path_(path) {
            path_.emplace_back(key);
        }
        ~At() { path_.pop_back(); }
        At(const At&) = delete;
        At& operator=(const At&) = delete;

       private:
        std::vector<std::string>& path_;
    };

    // "node n1: network devices: eth0: "
    std::string where() const {
        std::string text;
        for (size_t i = 0; i < path_.size(); ++i) {
            if (i == 0)
                text += path_[i] == "nodes" ? "node " : "profile ";
            else
                text += path_[i] + ": ";
        }
        return text;
    }

    void refuse(const yaml::Node& node, std::string_view text) {
        problems.add(document_.place(node), where() + std::string(text));
    }
    void note(const yaml::Node& node, std::string_view text) {
        out.legacy = true;
        out.notes.push_back({document_.place(node), where() + std::string(text)});
    }

    std::vector<yaml::MapEntry> list_of(const yaml::Node& node, std::string_view subject = "") {
        const yaml::Node& map = node.resolved();
        if (yaml::is_null(map)) return {};
        if (map.kind != yaml::Node::Kind::Map) {
            refuse(node, fmt::format("{}must be a map", subject));
            return {};
        }
        auto list = yaml::map_entries(document_, map, problems);
        if (!list) return {};
        std::erase_if(*list, [&](const yaml::MapEntry& entry) {
            if (entry.key->kind == yaml::Node::Kind::Scalar) return false;
            refuse(*entry.at, "a key must be a name");
            return true;
        });
        return *std::move(list);
    }
    Entries entries_of(const yaml::Node& node, std::string_view subject = "") {
        return Entries(list_of(node, subject));
    }

    void keep_unknown(const Entries& entries) {
        for (size_t i = 0; i < entries.all().size(); ++i) {
            if (entries.taken(i)) continue;
            const yaml::MapEntry& entry = entries.all()[i];
            out.notes.push_back(
                {document_.place(*entry.at),
                 fmt::format("{}unknown key \"{}\" is kept as it is", where(), entry.key->text)});
            UnknownKey kept{path_,
                            yaml::out_tree(yaml::to_value(document_, *entry.value, problems))};
            kept.path.emplace_back(entry.key->text);
            out.unknown.push_back(std::move(kept));
        }
    }

    template <class T>
    void read_all(Entries& top, std::string_view key, nodes::SharedMap<std::string, T>& into) {
        const yaml::Node* map = top.take(key);
        if (map == nullptr) return;
        const At at(path_, key);
        for (const yaml::MapEntry& entry :
             list_of(*map, fmt::format("{}s ", to_string(nodes::kKindOf<T>)))) {
            const At at_entry(path_, entry.key->text);
            read_entry(*entry.value, into[std::string(entry.key->text)]);
        }
    }

    // ---- one entry

    template <class T>
    void read_entry(const yaml::Node& node, T& entry) {
        Entries entries = entries_of(node);
        read_overlays(entries, "runtime overlay", entry.runtime_overlay);
        read_overlays(entries, "system overlay", entry.system_overlay);
        read_fields(entries, entry);
        drop(entries, "disabled", "no longer used");
        if constexpr (!std::is_same_v<T, nodes::Node>) {
            drop(entries, "asset key", "only nodes have one");
            drop(entries, "discoverable", "only nodes are");
        }
        if (const yaml::Node* name = old(entries, "container name")) {
            if (entry.image_name.empty())
                read(*name, entry.image_name);
            else if (name->text != entry.image_name)
                note(*name,
                     fmt::format("container name {} is ignored beside image name {}",
                                 name->text,
                                 entry.image_name));
        }
        port_flat_ipmi(entries, entry.ipmi);
        if (const yaml::Node* keys = old(entries, "keys")) {
            nodes::StringMap tags;
            read(*keys, tags);
            entry.tags.merge(tags);
        }
        delete_tags(entries, entry.tags);
        port_ipxe(node, entry);
        port_kernel(entries, entry);
        if (entry.primary_network.empty()) entry.primary_network = primary_;
        primary_.clear();
        keep_unknown(entries);
    }

    void read_overlays(Entries& entries, std::string_view key, nodes::StringList& list) {
        const yaml::Node* value = entries.take(key);
        if (value == nullptr) return;
        const At at(path_, key);
        if (value->kind != yaml::Node::Kind::Scalar) return read(*value, list);
        out.legacy = true;
        list = split(value->text, ",");
    }

    // A key today's reader does not know, that has a meaning all the same.
    const yaml::Node* old(Entries& entries, std::string_view key) {
        const yaml::Node* value = entries.take(key);
        out.legacy = out.legacy || value != nullptr;
        return value;
    }

    void drop(Entries& entries, std::string_view key, std::string_view why) {
        const yaml::Node* value = entries.take(key);
        if (value != nullptr)
            note(*value, fmt::format("ignore: {}: {} ({})", key, value->text, why));
    }

    template <class T>
    void port(Entries& entries, std::string_view key, T& into) {
        const yaml::Node* value = old(entries, key);
        if (value == nullptr) return;
        const At at(path_, key);
        T before = std::exchange(into, T());
        read(*value, into);
        if (!(before == T())) into = std::move(before);
    }

    void port_flat_ipmi(Entries& entries, nodes::Ipmi& ipmi) {
        port(entries, "ipmi username", ipmi.username);
        port(entries, "ipmi password", ipmi.password);
        port(entries, "ipmi ipaddr", ipmi.ipaddr);
        port(entries, "ipmi gateway", ipmi.gateway);
        port(entries, "ipmi netmask", ipmi.netmask);
        port(entries, "ipmi port", ipmi.port);
        port(entries, "ipmi interface", ipmi.interface);
        port(entries, "ipmi escapechar", ipmi.escapechar);
        port(entries, "ipmi write", ipmi.write);
    }

    void delete_tags(Entries& entries, nodes::StringMap& tags) {
        const yaml::Node* names = old(entries, "tagsdel");
        if (names == nullptr) return;
        nodes::StringList gone;
        read(*names, gone);
        for (const std::string& name : gone) tags.erase(name);
    }

    void port_ipxe(const yaml::Node& node, nodes::Profile& entry) {
        constexpr const char* kMenuTag = "IPXEMenuEntry";
        if (entry.ipxe_template != "dracut") return;
        if (entry.tags.count(kMenuTag) != 0)
            return note(node,
                        "ipxe template \"dracut\" is left, since the tag IPXEMenuEntry is set; "
                        "there is no such template any more");
        note(node, "ipxe template \"dracut\" is now \"default\" with the tag IPXEMenuEntry=dracut");
        entry.ipxe_template = "default";
        entry.tags[kMenuTag] = "dracut";
    }

    // `kernel:` has been read, its `override` included.
    void port_kernel(Entries& entries, nodes::Profile& entry) {
        const yaml::Node* flat[] = {old(entries, "kernel args"),
                                    old(entries, "kernel version"),
                                    old(entries, "kernel override")};
        std::string override_name = std::exchange(override_, {});
        const yaml::Node* override_at = std::exchange(override_at_, nullptr);
        if (entry.kernel.present) {
            for (const yaml::Node* each : flat)
                if (each != nullptr) note(*each, "is ignored beside \"kernel:\"");
        } else {
            if (flat[0] != nullptr) read_args(*flat[0], entry.kernel.args);
            if (flat[1] != nullptr) read(*flat[1], entry.kernel.version);
            if (flat[2] != nullptr) read(*flat[2], override_name);
            override_at = flat[2];
        }
        if (override_name.empty()) return;
        const std::string found =
            kernel_override_ ? kernel_override_(entry.image_name, override_name) : std::string();
        if (!found.empty())
            entry.kernel.version = found;
        else
            note(*override_at,
                 fmt::format("there is no kernel for the override {} (image {})",
                             override_name,
                             entry.image_name.empty() ? "unknown" : entry.image_name));
    }

    void read_args(const yaml::Node& node, nodes::StringList& args) {
        if (node.kind != yaml::Node::Kind::Scalar) {
            const At at(path_, "args");
            return read(node, args);
        }
        out.legacy = true;
        args = split(node.text, " \t\r\n");
    }

    // ---- structs by their schema, and what they once had besides

    template <class T>
    void read_fields(Entries& entries, T& object) {
        nodes::for_each_field(object, [&](const auto& field, auto& value) {
            const yaml::Node* node = entries.take(field.key);
            if (node == nullptr) return;
            const At at(path_, field.key);
            read(*node, value);
        });
    }

    template <class T>
    void read_section(const yaml::Node& node, T& section) {
        Entries entries = entries_of(node);
        read_old_keys(entries, section);
        read_fields(entries, section);
        read_old_tags(entries, section);
        keep_unknown(entries);
    }

    // Before today's keys are read: a key of the same name may have had another form.
    template <class T>
    void read_old_keys(Entries&, T&) {}
    void read_old_keys(Entries& entries, nodes::Kernel& kernel) {
        if (const yaml::Node* value = old(entries, "override")) {
            const At at(path_, "override");
            read(*value, override_);
            override_at_ = value;
        }
        if (const yaml::Node* args = entries.take("args")) read_args(*args, kernel.args);
    }
    void read_old_keys(Entries& entries, nodes::FileSystem& filesystem) {
        const yaml::Node* value = entries.take("mount_options");
        if (value == nullptr) return;
        const At at(path_, "mount_options");
        if (value->kind == yaml::Node::Kind::Scalar) return read(*value, filesystem.mount_options);
        out.legacy = true;
        nodes::StringList options;
        read(*value, options);
        filesystem.mount_options = fmt::format("{}", fmt::join(options, " "));
    }

    template <class T>
    void read_old_tags(Entries&, T&) {}
    void read_old_tags(Entries& entries, nodes::Ipmi& ipmi) { delete_tags(entries, ipmi.tags); }
    void read_old_tags(Entries& entries, nodes::NetDev& device) {
        drop(entries, "prefix", "no longer used");
        delete_tags(entries, device.tags);
        if (const yaml::Node* value = old(entries, "ip6addr")) {
            std::optional<IpAddress> address;
            read(*value, address);
            if (address && device.ipaddr6 && address != device.ipaddr6)
                note(*value,
                     fmt::format("ip6addr {} replaces ipaddr6 {}",
                                 value->text,
                                 device.ipaddr6->to_string()));
            if (address) device.ipaddr6 = address;
        }
        if (const yaml::Node* value = old(entries, "ipcidr")) {
            const auto cidr = Cidr::parse(value->text);
            if (!cidr)
                note(*value,
                     fmt::format("ignore: ipcidr: {} (not an address with a prefix)", value->text));
            else
                use_cidr(*cidr, device);
        }
        // `primary` counts before `default`, whatever their order.
        const bool first = primary_.empty() || !primary_is_sure_;
        const bool sure = says_true(old(entries, "primary"));
        const bool maybe = says_true(old(entries, "default"));
        if ((sure && first) || (maybe && primary_.empty())) {
            primary_ = path_.back();
            primary_is_sure_ = sure;
        }
    }

    static void use_cidr(const Cidr& cidr, nodes::NetDev& device) {
        if (!device.ipaddr) device.ipaddr = cidr.address;
        if (device.netmask) return;
        if (cidr.address.is_v4()) {
            device.netmask = mask_of(cidr.prefix_length);
            return;
        }
        std::string bytes(16, '\0');
        for (int bit = 0; bit < cidr.prefix_length; ++bit) {
            char& byte = bytes[static_cast<size_t>(bit / 8)];
            byte = static_cast<char>(byte | 0x80 >> (bit % 8));
        }
        device.netmask = IpAddress::from_bytes(bytes);
    }

    static bool says_true(const yaml::Node* value) {
        return value != nullptr && value->kind == yaml::Node::Kind::Scalar &&
               parse_go_bool(value->text).value_or(false);
    }

    // ---- values

    std::optional<std::string_view> text_of(const yaml::Node& node) {
        const yaml::Node& scalar = node.resolved();
        if (scalar.kind == yaml::Node::Kind::Scalar) return scalar.text;
        refuse(node, "must be a single value");
        return std::nullopt;
    }

    void read(const yaml::Node& node, std::string& value) {
        if (const auto text = text_of(node)) value = *text;
    }

    void read(const yaml::Node& node, nodes::WWbool& value) {
        const auto text = text_of(node);
        if (!text || text->empty()) return;
        if (is_one_of_ignoring_case(*text, {"yes", "no"}))
            value.text = same_ignoring_case(*text, "yes") ? "true" : "false";
        else if (const auto flag = parse_go_bool(*text))
            value.text = *flag ? "true" : "false";
        else if (is_one_of_ignoring_case(*text, fields::kNothingWords))
            value.text = *text;
        else
            note(node, fmt::format("ignore: {} (neither true nor false)", *text));
    }

    void read(const yaml::Node& node, std::optional<bool>& value) {
        const auto text = text_of(node);
        if (!text || text->empty()) return;
        value = parse_go_bool(*text);
        if (!value) value = yaml::yaml11_bool(*text);
        if (!value) note(node, fmt::format("ignore: {} (neither true nor false)", *text));
    }

    void read(const yaml::Node& node, std::optional<IpAddress>& value) {
        const auto text = text_of(node);
        if (!text || text->empty()) return;
        value = IpAddress::parse(*text);
        if (!value) note(node, fmt::format("ignore: {} (not an IP address)", *text));
    }

    void read(const yaml::Node& node, nodes::StringList& value) {
        if (node.kind != yaml::Node::Kind::List) return refuse(node, "must be a list");
        for (const yaml::Node* item : node.items) {
            if (yaml::is_null(item->resolved())) continue;
            if (const auto text = text_of(*item)) value.emplace_back(*text);
        }
    }

    void read(const yaml::Node& node, nodes::StringMap& value) {
        for (const yaml::MapEntry& entry : list_of(node)) {
            const At at(path_, entry.key->text);
            std::string& text = value[std::string(entry.key->text)];
            if (!yaml::is_null(*entry.value)) read(*entry.value, text);
        }
    }

    void read(const yaml::Node& node, nodes::ResourceMap& value) {
        for (const yaml::MapEntry& entry : list_of(node))
            value[std::string(entry.key->text)] = yaml::to_value(document_, *entry.value, problems);
    }

    template <nodes::SingleSection T>
    void read(const yaml::Node& node, T& value) {
        value.present = true;
        read_section(node, value);
    }

    template <nodes::SectionMap T>
    void read(const yaml::Node& node, T& value) {
        for (const yaml::MapEntry& entry : list_of(node)) {
            const At at(path_, entry.key->text);
            read_section(*entry.value, value[std::string(entry.key->text)]);
        }
    }

    const yaml::Document& document_;
    const KernelOverride& kernel_override_;
    std::vector<std::string> path_;
    // Found in sections of the entry being read, used when they are through.
    std::string override_;
    const yaml::Node* override_at_ = nullptr;
    std::string primary_;
    bool primary_is_sure_ = false;
};

}  // namespace

Result<OldNodes> read_old_nodes(const yaml::Document& document,
                                const KernelOverride& kernel_override) {
    OldNodesReader reader(document, kernel_override);
    reader.run();
    if (!reader.problems.empty()) return reader.problems.error();
    return std::move(reader.out);
}

}  // namespace ww::upgrade
