// SPDX-License-Identifier: BSD-3-Clause
#include "yaml/map.h"

#include <fmt/format.h>

#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "yaml/scalar.h"

namespace ww::yaml {

namespace {

// Two keys are the same if their texts are, whatever their types; all lists are one key, and all
// maps.
using KeyIdentity = std::pair<Node::Kind, std::string_view>;

KeyIdentity identity(const Node& key) { return {key.kind, key.text}; }

struct IdentityHash {
    size_t operator()(const KeyIdentity& key) const {
        return std::hash<std::string_view>()(key.second) ^ static_cast<size_t>(key.first);
    }
};

bool unique_keys(const Document& document, const Node& map, Problems& problems) {
    std::unordered_map<KeyIdentity, const Node*, IdentityHash> seen;
    bool unique = true;
    for (size_t i = 0; i < map.items.size(); i += 2) {
        const Node& key = *map.items[i];
        const auto [first, added] = seen.emplace(identity(key), &key);
        if (added) continue;
        unique = false;
        problems.add(
            document.place(key),
            fmt::format(
                "mapping key \"{}\" already defined at line {}", key.text, first->second->line));
    }
    return unique;
}

class MergeReader {
   public:
    MergeReader(const Document& document, Problems& problems)
        : document_(document), problems_(problems) {}

    bool read(const Node& map) {
        if (!unique_keys(document_, map, problems_)) return false;
        const Node* merge = nullptr;
        for (size_t i = 0; i < map.items.size(); i += 2) {
            const Node& key = *map.items[i];
            const Node& value = *map.items[i + 1];
            if (is_merge_key(key)) {
                merge = &value;
                continue;
            }
            if (merging_ && !seen_.insert(identity(key.resolved())).second) continue;
            entries_.push_back({&key.resolved(), &value.resolved(), &key});
        }
        return merge == nullptr || read_merge(*merge);
    }

    std::vector<MapEntry> take() { return std::move(entries_); }

   private:
    bool read_merge(const Node& merge) {
        if (!merging_) {
            for (const MapEntry& entry : entries_) seen_.insert(identity(*entry.key));
            merging_ = true;
        }
        const Node& source = merge.resolved();
        if (source.kind == Node::Kind::Map) return read(source);
        // Compat: a list has to stand here itself; an alias of one is refused.
        bool good = merge.kind == Node::Kind::List;
        if (good)
            for (const Node* item : merge.items)
                good = good && item->resolved().kind == Node::Kind::Map && read(item->resolved());
        if (!good && problems_.empty())
            problems_.add(document_.place(merge),
                          "map merge requires map or sequence of maps as the value");
        return good;
    }

    const Document& document_;
    Problems& problems_;
    std::vector<MapEntry> entries_;
    std::set<KeyIdentity> seen_;
    bool merging_ = false;
};

}  // namespace

std::optional<std::vector<MapEntry>> map_entries(const Document& document,
                                                 const Node& map,
                                                 Problems& problems) {
    MergeReader reader(document, problems);
    if (!reader.read(map)) return std::nullopt;
    return reader.take();
}

Value to_value(const Document& document, const Node& node, Problems& problems) {
    const Node& real = node.resolved();
    if (real.kind == Node::Kind::Scalar) {
        auto scalar = resolve(real);
        if (scalar) return std::move(scalar->value);
        problems.add(document.place(node), scalar.error().message());
        return {};
    }
    if (real.kind == Node::Kind::List) {
        Value::List list;
        for (const Node* item : real.items) list.push_back(to_value(document, *item, problems));
        return list;
    }
    Value::Map map;
    const auto entries = map_entries(document, real, problems);
    if (!entries) return {};
    for (const MapEntry& entry : *entries) {
        if (entry.key->kind != Node::Kind::Scalar) {
            problems.add(document.place(*entry.at), "invalid map key: a list or a map");
            continue;
        }
        map.push_back(
            {to_value(document, *entry.key, problems), to_value(document, *entry.value, problems)});
    }
    return map;
}

}  // namespace ww::yaml
