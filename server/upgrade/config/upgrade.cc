// SPDX-License-Identifier: BSD-3-Clause
//
// warewulf.conf of an older release: a walk over today's schema puts what is given into today's
// order; old_keys.cc knows the keys that are no more.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

#include "config/schema.h"
#include "upgrade/config/old_keys.h"
#include "upgrade/extras.h"
#include "upgrade/upgrade.h"
#include "yaml/scalar.h"
#include "yaml/writer.h"

namespace ww::upgrade {

namespace {

using config::Section;

constexpr std::string_view words(const config::NfsExport&) { return "an export path"; }
constexpr std::string_view words(const config::ImageMount&) { return "a mount"; }

class ConfigUpgrader {
   public:
    explicit ConfigUpgrader(const yaml::Document& document) : in(document) {}

    yaml::OutNode run() {
        yaml::OutNode out = yaml::OutNode::map();
        const yaml::Node* root = in.document().root();
        if (root == nullptr) return out;
        sections_[""] = in.entries_of(*root, "the file");
        put_section(out, "", config::WarewulfConf::defaults());
        return out;
    }

    ConfigValues in;

   private:
    // ---- Sections

    template <Section T>
    void put_section(yaml::OutNode& out, std::string_view name, const T& defaults) {
        Entries& entries = sections_[name];
        for (const OldKey& old : old_keys())
            if (old.section == name && old.now.empty())
                if (const yaml::Node* value = entries.take(old.name)) old.port(in, *value, out);
        config::for_each_key(defaults, [&](const auto& key, const auto& fallback) {
            const yaml::Node* value = entries.take(key.name);
            if constexpr (Section<std::remove_cvref_t<decltype(fallback)>>) {
                put_subsection(out, key.name, value, fallback);
            } else {
                if (value != nullptr) put(out, key.name, *value, fallback);
                for (const OldKey& old : old_keys())
                    if (old.now_section == name && old.now == key.name) port(old, out, fallback);
            }
        });
        keep_unknown(entries, name, out);
    }

    template <Section T>
    void put_subsection(yaml::OutNode& out,
                        std::string_view name,
                        const yaml::Node* value,
                        const T& defaults) {
        const bool given = value != nullptr && !yaml::is_null(*value);
        if (given) sections_[name] = in.entries_of(*value, fmt::format("\"{}\"", name));
        yaml::OutNode section = yaml::OutNode::map();
        put_section(section, name, defaults);
        if (given || !section.pairs.empty()) set(out, name, std::move(section));
    }

    template <class T>
    void port(const OldKey& old, yaml::OutNode& out, const T& fallback) {
        const yaml::Node* value = sections_[old.section].take(old.name);
        if (value == nullptr) return;
        if (old.port != nullptr) return old.port(in, *value, out);
        in.legacy = true;  // another name of the same list
        const yaml::OutNode* given = out.find(old.now);
        if (given == nullptr || given->items.empty()) {
            if (given != nullptr) out.pairs.pop_back();  // just written
            put(out, old.now, *value, fallback);
        } else if (!yaml::is_null(*value)) {
            in.note(*value, fmt::format("\"{}\" is ignored beside \"{}\"", old.name, old.now));
        }
    }

    static void set(yaml::OutNode& out, std::string_view key, yaml::OutNode value) {
        out.pairs.push_back({std::string(key), std::move(value)});
    }

    // In the order of their names. A key whose time comes with a later section is no unknown one.
    void keep_unknown(const Entries& entries, std::string_view section, yaml::OutNode& out) {
        auto left = entries.left();
        std::erase_if(left, [&](const yaml::MapEntry& entry) {
            return std::any_of(old_keys().begin(), old_keys().end(), [&](const OldKey& old) {
                return old.section == section && old.name == entry.key->text;
            });
        });
        std::sort(left.begin(), left.end(), [](const auto& a, const auto& b) {
            return a.key->text < b.key->text;
        });
        for (const yaml::MapEntry& entry : left) {
            in.notes.push_back(
                {in.document().place(*entry.at),
                 fmt::format("unknown key \"{}\" is kept as it is", entry.key->text)});
            set(out,
                entry.key->text,
                yaml::out_tree(yaml::to_value(in.document(), *entry.value, in.problems)));
        }
    }

    // ---- Values. An empty one is written where there is a default: left out, as upstream does, it
    // would bring the default back.

    void put(yaml::OutNode& out,
             std::string_view key,
             const yaml::Node& value,
             const std::string& fallback) {
        const std::string text = in.text_of(value, key);
        if (!text.empty() || (!fallback.empty() && !yaml::is_null(value)))
            set(out, key, yaml::OutNode::of(text));
    }

    void put(yaml::OutNode& out, std::string_view key, const yaml::Node& value, int64_t fallback) {
        if (yaml::is_null(value)) return;
        const auto number = in.number_of(value, key);
        if (number && (*number != 0 || fallback != 0)) set(out, key, yaml::OutNode::of(*number));
    }

    // A port.
    void put(yaml::OutNode& out,
             std::string_view key,
             const yaml::Node& value,
             std::optional<int64_t>) {
        if (yaml::is_null(value)) return;
        const auto number = in.number_of(value, key);
        if (!number) return;
        if (*number < 0 || *number > std::numeric_limits<uint16_t>::max())
            return in.problem(value, fmt::format("\"{}\" must be a port number, 0 to 65535", key));
        set(out, key, yaml::OutNode::of(*number));
    }

    void put(yaml::OutNode& out,
             std::string_view key,
             const yaml::Node& value,
             config::OptionalBool fallback) {
        const auto flag = in.flag_of(value, key);
        if (flag)
            set(out, key, yaml::OutNode::of(*flag));
        else if (fallback == true)
            set(out, key, yaml::OutNode());  // null reads as false
    }

    void put(yaml::OutNode& out,
             std::string_view key,
             const yaml::Node& value,
             const std::map<std::string, std::string>&) {
        yaml::Value::Map files;
        for (const yaml::MapEntry& entry : in.entries_of(value, fmt::format("\"{}\"", key)).left())
            files.push_back({std::string(entry.key->text), in.text_of(*entry.value, key)});
        if (!files.empty()) set(out, key, yaml::out_tree(yaml::Value(std::move(files))));
    }

    template <class T>
    void put(yaml::OutNode& out,
             std::string_view key,
             const yaml::Node& value,
             const std::vector<T>& fallback) {
        yaml::OutNode list = yaml::OutNode::list();
        for (const yaml::Node* item : in.items_of(value, key))
            if (!yaml::is_null(item->resolved()))
                list.items.push_back(item_of(item->resolved(), key, T()));
        if (!list.items.empty() || !fallback.empty()) set(out, key, std::move(list));
    }

    yaml::OutNode item_of(const yaml::Node& item, std::string_view key, const std::string&) {
        return yaml::OutNode::of(in.text_of(item, key));
    }

    yaml::OutNode item_of(const yaml::Node& item, std::string_view key, const Cidr&) {
        const std::string text = in.text_of(item, key);
        const auto subnet = Cidr::parse(text);
        if (!subnet) {
            in.problem(item, fmt::format("invalid CIDR address: {}", text));
            return {};
        }
        return yaml::OutNode::of(
            fmt::format("{}/{}", subnet->network().to_string(), subnet->prefix_length));
    }

    template <Section T>
    yaml::OutNode item_of(const yaml::Node& item, std::string_view, const T& empty) {
        Entries entries = in.entries_of(item, words(empty));
        yaml::OutNode out = yaml::OutNode::map();
        config::for_each_key(empty, [&](const auto& key, const auto& fallback) {
            const yaml::Node* value = entries.take(key.name);
            if (value != nullptr) put(out, key.name, *value, fallback);
            if (key.print == config::Print::Always && out.find(key.name) == nullptr)
                set(out, key.name, yaml::OutNode::of(""));
        });
        if constexpr (std::is_same_v<T, config::NfsExport>)
            port_export(in, entries, *out.find("path")->scalar.template get<std::string>());
        keep_unknown(entries, "item", out);
        return out;
    }

    // Those of the file, by name; "" is its top.
    std::map<std::string_view, Entries> sections_;
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
    ConfigUpgrader upgrader(document);
    const yaml::OutNode tree = upgrader.run();
    ConfigValues& in = upgrader.in;
    if (!in.problems.empty()) return in.problems.error();
    Upgraded out{yaml::write(tree, kIndent), std::move(in.notes), in.legacy};
    if (const auto check = config::parse_config(out.text, name, config::Autodetect::Off); !check)
        return check.error().with_frame(fmt::format("checking the upgraded {}", name));
    out.changed = out.changed || !says_the_same(text, out.text, name);
    note_lost_comments(text, name, out.notes);
    return out;
}

}  // namespace ww::upgrade
