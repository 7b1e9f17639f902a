// SPDX-License-Identifier: BSD-3-Clause
#include "store/entry_tree.h"

#include "store/schema.h"

namespace ww::store {

namespace {

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

}  // namespace

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
