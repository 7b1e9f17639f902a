// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/reader.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/nearest.h"
#include "nodes/schema.h"
#include "yaml/map.h"
#include "yaml/problems.h"
#include "yaml/scalar.h"

namespace ww::nodes {

namespace {

std::string_view kind_name(const yaml::Node& node) {
    switch (node.kind) {
        case yaml::Node::Kind::Map:
            return "a map";
        case yaml::Node::Kind::List:
            return "a list";
        default:
            return "a single value";
    }
}

// Old names of Warewulf 4 and what became of them; `wwctl upgrade nodes` moves their values.
std::string_view hint_for(std::string_view key) {
    struct Row {
        std::string_view old_key;
        std::string_view hint;
    };
    static constexpr Row kRows[] = {
        {"container name", "now \"image name\""},
        {"kernel override", "now \"kernel: version\""},
        {"kernel version", "now \"kernel: version\""},
        {"kernel args", "now \"kernel: args\""},
        {"keys", "now \"tags\""},
        {"WW_INTERNAL", "no longer used"},
        {"ipcidr", "now \"ipaddr\" and \"netmask\""},
        {"ip6addr", "now \"ipaddr6\""},
    };
    for (const Row& row : kRows)
        if (row.old_key == key) return row.hint;
    return {};
}

class NodesReader {
   public:
    explicit NodesReader(const yaml::Document& document) : document_(document) {}

    Registry read_registry() {
        Registry registry;
        if (const yaml::Node* root = document_.root(); root != nullptr)
            for (const yaml::MapEntry& entry : entries_of(*root, "the file ")) {
                if (entry.key->text == "nodeprofiles")
                    read_map(*entry.value, registry.profiles);
                else if (entry.key->text == "nodes")
                    read_map(*entry.value, registry.nodes);
                else
                    warn_unknown(entry, "", {"nodeprofiles", "nodes"});
            }
        if (document_.second_document())
            warnings.push_back(
                {*document_.second_document(),
                 "what follows here is not read: it is no part of the first document"});
        return registry;
    }

    template <class T>
    std::map<std::string, T> read_entries() {
        std::map<std::string, T> out;
        if (const yaml::Node* root = document_.root(); root != nullptr)
            read_map(root->resolved(), out);
        return out;
    }

    yaml::Problems problems;
    std::vector<yaml::Warning> warnings;

   private:
    // Names the field being read in messages: "node n1: network devices: eth0".
    class Path {
       public:
        Path(std::string& whole, std::string_view part) : whole_(whole), length_(whole.size()) {
            if (!whole_.empty()) whole_ += ": ";
            whole_ += part;
        }
        ~Path() { whole_.resize(length_); }
        Path(const Path&) = delete;
        Path& operator=(const Path&) = delete;

       private:
        std::string& whole_;
        size_t length_;
    };

    void refuse(const yaml::Node& node, std::string_view text) {
        problems.add(document_.place(node),
                     path_.empty() ? std::string(text) : path_ + ": " + std::string(text));
    }

    void warn_unknown(const yaml::MapEntry& entry,
                      std::string_view where,
                      const std::vector<std::string_view>& known) {
        std::string text = fmt::format("unknown key \"{}\"", entry.key->text);
        if (!where.empty()) text = fmt::format("{}: {}", where, text);
        std::string hint(hint_for(entry.key->text));
        if (hint.empty()) hint = nearest_hint(entry.key->text, known);
        if (!hint.empty()) text += fmt::format(" ({})", hint);
        warnings.push_back({document_.place(*entry.at), std::move(text)});
    }

    // The entries of a map whose keys are names. Null is an empty map.
    std::vector<yaml::MapEntry> entries_of(const yaml::Node& node, std::string_view subject = "") {
        const yaml::Node& map = node.resolved();
        if (yaml::is_null(map)) return {};
        if (map.kind != yaml::Node::Kind::Map) {
            refuse(node, fmt::format("{}must be a map, not {}", subject, kind_name(map)));
            return {};
        }
        auto entries = yaml::map_entries(document_, map, problems);
        if (!entries) return {};
        std::erase_if(*entries, [&](const yaml::MapEntry& entry) {
            if (entry.key->kind != yaml::Node::Kind::Scalar) {
                refuse(*entry.at,
                       fmt::format("a key must be a name, not {}", kind_name(*entry.key)));
                return true;
            }
            if (!yaml::is_null(*entry.key)) return false;
            // Compat: upstream drops such an entry without a word.
            warnings.push_back({document_.place(*entry.at),
                                "a null key is ignored; quote it to use it as a name"});
            return true;
        });
        return *std::move(entries);
    }

    template <class Map>
    void read_map(const yaml::Node& node, Map& out) {
        const std::string_view noun = to_string(kKindOf<typename Map::mapped_type>);
        for (const yaml::MapEntry& entry : entries_of(node, fmt::format("{}s ", noun))) {
            const Path path(path_, fmt::format("{} {}", noun, entry.key->text));
            read_struct(*entry.value, out[std::string(entry.key->text)]);
        }
    }

    template <class T>
    void read_struct(const yaml::Node& node, T& out) {
        for (const yaml::MapEntry& entry : entries_of(node)) {
            const Path path(path_, entry.key->text);
            bool known = read_field(entry, out);
            if constexpr (std::is_same_v<T, Node>)
                known = known || read_field(entry, static_cast<Profile&>(out));
            if (known) continue;
            std::vector<std::string_view> keys;
            for_each_field(out, out, [&](const auto& field, const auto&, const auto&) {
                keys.push_back(field.key);
            });
            warn_unknown(entry, path_.substr(0, path_.size() - entry.key->text.size() - 2), keys);
        }
    }

    template <class T>
    bool read_field(const yaml::MapEntry& entry, T& out) {
        for (const Field<T>& field : schema<T>()) {
            if (field.key != entry.key->text) continue;
            if (!yaml::is_null(*entry.value))
                std::visit([&](auto member) { read(*entry.value, out.*member); }, field.member);
            return true;
        }
        return false;
    }

    // The text of any scalar, whatever YAML would make of it.
    std::optional<std::string_view> text_of(const yaml::Node& node) {
        const yaml::Node& scalar = node.resolved();
        if (scalar.kind == yaml::Node::Kind::Scalar) return scalar.text;
        refuse(node, fmt::format("must be a single value, not {}", kind_name(scalar)));
        return std::nullopt;
    }

    void read(const yaml::Node& node, std::string& out) {
        const auto text = text_of(node);
        if (!text) return;
        if (node.tag == "!!binary") {
            auto bytes = yaml::resolve(node);
            if (!bytes) return refuse(node, bytes.error().message());
            out = *bytes->value.get<std::string>();
            return;
        }
        out = *text;
    }

    void read(const yaml::Node& node, WWbool& out) { read(node, out.text); }

    void read(const yaml::Node& node, std::optional<IpAddress>& out) {
        const auto text = text_of(node);
        if (!text || text->empty()) return;
        out = IpAddress::parse(*text);
        if (!out) refuse(node, fmt::format("invalid IP address: {}", *text));
    }

    // Compat: quoted "true" is refused, quoted "yes" is not.
    void read(const yaml::Node& node, std::optional<bool>& out) {
        const auto text = text_of(node);
        if (!text) return;
        const auto scalar = yaml::resolve(node.resolved());
        if (!scalar) return refuse(node, scalar.error().message());
        if (const bool* value = scalar->value.get<bool>())
            out = *value;
        else if (const auto* word = scalar->value.get<std::string>())
            out = yaml::yaml11_bool(*word);
        if (!out)
            refuse(node, fmt::format("must be true or false (without quotes), not `{}`", *text));
    }

    void read(const yaml::Node& node, StringList& out) {
        if (node.kind != yaml::Node::Kind::List)
            return refuse(node, fmt::format("must be a list, not {}", kind_name(node)));
        for (const yaml::Node* item : node.items) {
            if (yaml::is_null(item->resolved())) continue;
            std::string text;
            read(item->resolved(), text);
            out.push_back(std::move(text));
        }
    }

    void read(const yaml::Node& node, StringMap& out) {
        for (const yaml::MapEntry& entry : entries_of(node)) {
            const Path path(path_, entry.key->text);
            std::string& value = out[std::string(entry.key->text)];
            if (!yaml::is_null(*entry.value)) read(*entry.value, value);
        }
    }

    void read(const yaml::Node& node, ResourceMap& out) {
        for (const yaml::MapEntry& entry : entries_of(node))
            out[std::string(entry.key->text)] = yaml::to_value(document_, *entry.value, problems);
    }

    template <SingleSection T>
    void read(const yaml::Node& node, T& out) {
        out.present = true;
        read_struct(node, out);
    }

    template <SectionMap T>
    void read(const yaml::Node& node, T& out) {
        for (const yaml::MapEntry& entry : entries_of(node)) {
            const Path path(path_, entry.key->text);
            read_struct(*entry.value, out[std::string(entry.key->text)]);
        }
    }

    const yaml::Document& document_;
    std::string path_;
};

template <class T>
Result<std::map<std::string, T>> read_entry_map(std::string_view text,
                                                const std::string& name,
                                                std::vector<yaml::Warning>& warnings) {
    WW_TRY(const yaml::Document document, yaml::read(text, name));
    NodesReader reader(document);
    auto out = reader.read_entries<T>();
    if (!reader.problems.empty()) return reader.problems.error();
    warnings = std::move(reader.warnings);
    return out;
}

}  // namespace

Result<NodesFile> read_nodes(std::string_view text, const std::string& name) {
    WW_TRY(yaml::Document document, yaml::read(text, name));
    NodesReader reader(document);
    Registry registry = reader.read_registry();
    if (!reader.problems.empty()) return reader.problems.error();
    return NodesFile{std::move(registry), std::move(reader.warnings), std::move(document)};
}

Result<std::map<std::string, Node>> read_node_map(std::string_view text,
                                                  const std::string& name,
                                                  std::vector<yaml::Warning>& warnings) {
    return read_entry_map<Node>(text, name, warnings);
}

Result<std::map<std::string, Profile>> read_profile_map(std::string_view text,
                                                        const std::string& name,
                                                        std::vector<yaml::Warning>& warnings) {
    return read_entry_map<Profile>(text, name, warnings);
}

}  // namespace ww::nodes
