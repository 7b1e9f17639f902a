// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/entry_tree.h"

#include "nodes/schema.h"

namespace ww::nodes {

namespace {

class Builder {
   public:
    template <class T>
    static yaml::OutNode entry(const T& object) {
        yaml::OutNode out = yaml::OutNode::map();
        for_each_field(object,
                       [&](const auto& field, const auto& value) { add(out, field.key, value); });
        return out;
    }

    template <class Map>
    static yaml::OutNode entries(const Map& map) {
        yaml::OutNode out = yaml::OutNode::map();
        for (const auto& [key, value] : map) out.pairs.push_back({key, entry(value)});
        yaml::sort_pairs(out);
        return out;
    }

   private:
    static void put(yaml::OutNode& out, std::string_view key, yaml::OutNode value) {
        out.pairs.push_back({std::string(key), std::move(value)});
    }
    static void add(yaml::OutNode& out, std::string_view key, const std::string& value) {
        if (!value.empty()) put(out, key, yaml::OutNode::of(value));
    }
    static void add(yaml::OutNode& out, std::string_view key, const WWbool& value) {
        add(out, key, value.text);
    }
    static void add(yaml::OutNode& out, std::string_view key, const std::optional<bool>& value) {
        if (value) put(out, key, yaml::OutNode::of(*value));
    }
    static void add(yaml::OutNode& out,
                    std::string_view key,
                    const std::optional<IpAddress>& value) {
        if (value) put(out, key, yaml::OutNode::of(value->to_string()));
    }
    static void add(yaml::OutNode& out, std::string_view key, const StringList& value) {
        if (value.empty()) return;
        yaml::OutNode list = yaml::OutNode::list();
        for (const std::string& item : value) list.items.push_back(yaml::OutNode::of(item));
        put(out, key, std::move(list));
    }
    static void add(yaml::OutNode& out, std::string_view key, const StringMap& value) {
        if (value.empty()) return;
        yaml::OutNode map = yaml::OutNode::map();
        for (const auto& [name, text] : value) map.pairs.push_back({name, yaml::OutNode::of(text)});
        yaml::sort_pairs(map);
        put(out, key, std::move(map));
    }
    static void add(yaml::OutNode& out, std::string_view key, const ResourceMap& value) {
        if (value.empty()) return;
        yaml::OutNode map = yaml::OutNode::map();
        for (const auto& [name, resource] : value)
            map.pairs.push_back({name, yaml::out_tree(resource)});
        yaml::sort_pairs(map);
        put(out, key, std::move(map));
    }
    template <SingleSection T>
    static void add(yaml::OutNode& out, std::string_view key, const T& value) {
        yaml::OutNode map = entry(value);
        map.is_section = true;
        if (value.present || !map.pairs.empty()) put(out, key, std::move(map));
    }
    template <SectionMap T>
    static void add(yaml::OutNode& out, std::string_view key, const T& value) {
        if (!value.empty()) put(out, key, entries(value));
    }
};

}  // namespace

yaml::OutNode out_tree(const Node& node) { return Builder::entry(node); }
yaml::OutNode out_tree(const Profile& profile) { return Builder::entry(profile); }
yaml::OutNode out_tree(const std::map<std::string, Node>& nodes) { return Builder::entries(nodes); }
yaml::OutNode out_tree(const std::map<std::string, Profile>& profiles) {
    return Builder::entries(profiles);
}

yaml::OutNode out_tree(const Registry& registry) {
    yaml::OutNode out = yaml::OutNode::map();
    out.pairs.push_back({"nodeprofiles", Builder::entries(registry.profiles)});
    out.pairs.push_back({"nodes", Builder::entries(registry.nodes)});
    return out;
}

}  // namespace ww::nodes
