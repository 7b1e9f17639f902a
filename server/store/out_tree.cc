// SPDX-License-Identifier: BSD-3-Clause
#include "store/out_tree.h"

#include <algorithm>

#include "store/emit.h"
#include "store/schema.h"

namespace ww::store {

namespace {

void sort_pairs(OutNode& map) {
    std::stable_sort(
        map.pairs.begin(), map.pairs.end(), [](const OutNode::Pair& a, const OutNode::Pair& b) {
            return written_before(a.key, b.key);
        });
}

class Builder {
   public:
    template <class T>
    static OutNode entry(const T& object) {
        OutNode out = OutNode::map();
        for_each_field(object,
                       [&](const auto& field, const auto& value) { add(out, field.key, value); });
        return out;
    }

    template <class Map>
    static OutNode entries(const Map& map) {
        OutNode out = OutNode::map();
        for (const auto& [key, value] : map) out.pairs.push_back({key, entry(value)});
        sort_pairs(out);
        return out;
    }

   private:
    static void put(OutNode& out, std::string_view key, OutNode value) {
        out.pairs.push_back({std::string(key), std::move(value)});
    }
    static void add(OutNode& out, std::string_view key, const std::string& value) {
        if (!value.empty()) put(out, key, OutNode::of(value));
    }
    static void add(OutNode& out, std::string_view key, const WWbool& value) {
        add(out, key, value.text);
    }
    static void add(OutNode& out, std::string_view key, const std::optional<bool>& value) {
        if (value) put(out, key, OutNode::of(*value));
    }
    static void add(OutNode& out, std::string_view key, const std::optional<IpAddress>& value) {
        if (value) put(out, key, OutNode::of(value->to_string()));
    }
    static void add(OutNode& out, std::string_view key, const StringList& value) {
        if (value.empty()) return;
        OutNode list = OutNode::list();
        for (const std::string& item : value) list.items.push_back(OutNode::of(item));
        put(out, key, std::move(list));
    }
    static void add(OutNode& out, std::string_view key, const StringMap& value) {
        if (value.empty()) return;
        OutNode map = OutNode::map();
        for (const auto& [name, text] : value) map.pairs.push_back({name, OutNode::of(text)});
        sort_pairs(map);
        put(out, key, std::move(map));
    }
    static void add(OutNode& out, std::string_view key, const ResourceMap& value) {
        if (value.empty()) return;
        OutNode map = OutNode::map();
        for (const auto& [name, resource] : value) map.pairs.push_back({name, out_tree(resource)});
        sort_pairs(map);
        put(out, key, std::move(map));
    }
    template <SingleSection T>
    static void add(OutNode& out, std::string_view key, const T& value) {
        OutNode map = entry(value);
        map.is_section = true;
        if (value.present || !map.pairs.empty()) put(out, key, std::move(map));
    }
    template <SectionMap T>
    static void add(OutNode& out, std::string_view key, const T& value) {
        if (!value.empty()) put(out, key, entries(value));
    }
};

// Booleans, numbers, null, strings, times: the order of upstream's key kinds.
int key_rank(const YamlValue& key) {
    if (key.get<std::string>() != nullptr) return 2;
    if (key.is_null()) return 1;
    return key.get<Timestamp>() != nullptr ? 3 : 0;
}

}  // namespace

OutNode OutNode::of(YamlValue scalar) {
    OutNode out;
    out.scalar = std::move(scalar);
    return out;
}

OutNode OutNode::map() {
    OutNode out;
    out.kind = Kind::Map;
    return out;
}

OutNode OutNode::list() {
    OutNode out;
    out.kind = Kind::List;
    return out;
}

const OutNode* OutNode::find(std::string_view key) const {
    for (const Pair& pair : pairs) {
        const auto* text = pair.key.get<std::string>();
        if (text != nullptr && *text == key) return &pair.value;
    }
    return nullptr;
}

bool written_before(const YamlValue& a, const YamlValue& b) {
    const int left = key_rank(a);
    const int right = key_rank(b);
    if (left != right) return left < right;
    if (left == 2) return natural_less(*a.get<std::string>(), *b.get<std::string>());
    return YamlValue::order(a, b) < 0;
}

OutNode out_tree(const YamlValue& value) {
    if (const auto* list = value.get<YamlValue::List>()) {
        OutNode out = OutNode::list();
        for (const YamlValue& item : *list) out.items.push_back(out_tree(item));
        return out;
    }
    if (const auto* map = value.get<YamlValue::Map>()) {
        OutNode out = OutNode::map();
        for (const YamlValue::Entry& entry : *map)
            out.pairs.push_back({entry.key, out_tree(entry.value)});
        sort_pairs(out);
        return out;
    }
    return OutNode::of(value);
}

OutNode out_tree(const Node& node) { return Builder::entry(node); }
OutNode out_tree(const Profile& profile) { return Builder::entry(profile); }
OutNode out_tree(const std::map<std::string, Node>& nodes) { return Builder::entries(nodes); }
OutNode out_tree(const std::map<std::string, Profile>& profiles) {
    return Builder::entries(profiles);
}

OutNode out_tree(const Registry& registry) {
    OutNode out = OutNode::map();
    out.pairs.push_back({"nodeprofiles", Builder::entries(registry.profiles)});
    out.pairs.push_back({"nodes", Builder::entries(registry.nodes)});
    return out;
}

}  // namespace ww::store
