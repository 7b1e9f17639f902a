// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/field_lister.h"

#include <fmt/format.h>

#include <utility>

#include "nodes/merge.h"
#include "nodes/schema.h"

namespace ww::nodes {

namespace {

constexpr std::string_view kSuperseded = "SUPERSEDED";

struct Leaf {
    std::string name;
    std::string value;
    bool is_list = false;
    bool is_own = false;  // never inherited
    bool is_secret = false;
};

enum class Lists { Joined, ItemByItem };

class LeafWalk {
   public:
    explicit LeafWalk(Lists lists) : lists_(lists) {}

    template <class T>
    void walk(const T& object, const std::string& prefix) {
        for_each_field(object, [&](const auto& field, const auto& value) {
            own_ = field.rule == Rule::Own;
            secret_ = field.is_secret();
            add(prefix + std::string(field.name), value);
        });
    }

    std::vector<Leaf> leaves;

   private:
    void put(const std::string& name, std::string value, bool is_list = false) {
        leaves.push_back({name, std::move(value), is_list, own_, secret_});
    }

    // Compat: keys that would end the brackets early are not listed.
    static bool listable(const std::string& key) {
        return !key.empty() && key.find(']') == std::string::npos;
    }

    void add(const std::string& name, const std::string& value) { put(name, value); }
    void add(const std::string& name, const WWbool& value) { put(name, value.text); }
    void add(const std::string& name, const std::optional<bool>& value) {
        put(name, value ? (*value ? "true" : "false") : "");
    }
    void add(const std::string& name, const std::optional<IpAddress>& value) {
        put(name, value ? value->to_string() : "");
    }
    void add(const std::string& name, const StringList& value) {
        if (lists_ == Lists::Joined)
            return put(name, fmt::format("{}", fmt::join(value, ",")), true);
        for (const std::string& item : value) put(name, item, true);
    }
    void add(const std::string& name, const StringMap& value) {
        for (const auto& [key, text] : value)
            if (listable(key)) put(fmt::format("{}[{}]", name, key), text);
    }
    void add(const std::string& name, const ResourceMap& value) {
        for (const auto& [key, resource] : value)
            if (listable(key))
                put(fmt::format("{}[{}]", name, key),
                    resource.is_null() ? "" : yaml::to_json(resource),
                    resource.get<yaml::Value::List>() != nullptr);
    }
    template <SingleSection T>
    void add(const std::string& name, const T& value) {
        if (value.present) walk(value, name + ".");
    }
    template <SectionMap T>
    void add(const std::string& name, const T& value) {
        for (const auto& [key, section] : value)
            if (listable(key)) walk(section, fmt::format("{}[{}].", name, key));
    }

    const Lists lists_;
    bool own_ = false;
    bool secret_ = false;
};

template <class T>
std::vector<Leaf> leaves_of(const T& entry, Lists lists = Lists::Joined) {
    LeafWalk walk(lists);
    walk.walk(entry, "");
    return std::move(walk.leaves);
}

std::string source_of(const FieldValue* before,
                      const Leaf& leaf,
                      const std::string& id,
                      bool is_node) {
    const std::string earlier = before == nullptr ? "" : before->source;
    if (leaf.is_own) return "";
    if (leaf.is_list) {
        if (!earlier.empty()) return earlier + "," + id;
        return is_node ? "" : id;
    }
    if (!is_node) return id;
    return earlier.empty() ? "" : std::string(kSuperseded);
}

}  // namespace

// Compat: a value is recorded only where the layer prints something. An empty tag or a null
// resource thus leaves the earlier value and source in the list although the node does not have it
// any more.
Result<void> FieldLister::add_layer(Layers& layers,
                                    const Node& layer,
                                    const std::string& id,
                                    bool is_node) {
    WW_TRY_VOID(lay_over(layers.merged, layer));
    if (is_node) take_own(layers.merged, layer);
    std::map<std::string, std::string> values;
    for (Leaf& leaf : leaves_of(layers.merged)) values[leaf.name] = std::move(leaf.value);
    for (const Leaf& leaf : leaves_of(layer)) {
        if (leaf.value.empty() || (leaf.is_own && !is_node)) continue;
        const auto before = layers.recorded.find(leaf.name);
        const FieldValue* known = before == layers.recorded.end() ? nullptr : &before->second;
        const std::string source = source_of(known, leaf, id, is_node);
        layers.recorded[leaf.name] = {leaf.name, source, values[leaf.name], leaf.is_secret};
    }
    return {};
}

Result<FieldLister::Layers> FieldLister::base_of(const StringList& profiles) {
    if (const auto known = bases_.find(profiles); known != bases_.end()) return known->second;
    Layers layers;
    for (const std::string& id : expand_profiles(registry_, profiles)) {
        const auto profile = registry_.profiles.find(id);
        if (profile == registry_.profiles.end()) continue;
        Node layer;
        static_cast<Profile&>(layer) = profile->second;
        WW_TRY_VOID(add_layer(layers, layer, id, false), "merging profile {}", id);
    }
    return bases_.emplace(profiles, std::move(layers)).first->second;
}

Result<std::vector<FieldValue>> FieldLister::node(const std::string& id) {
    const auto raw = registry_.nodes.find(id);
    if (raw == registry_.nodes.end())
        return Error(ErrorCode::NotFound, fmt::format("node not found: {}", id));
    WW_TRY(Layers layers, base_of(raw->second.profiles), "listing node {}", id);
    WW_TRY_VOID(add_layer(layers, raw->second, id, true), "listing node {}", id);
    std::vector<FieldValue> out;
    for (const Leaf& leaf : leaves_of(layers.merged)) {
        const auto found = layers.recorded.find(leaf.name);
        if (found != layers.recorded.end()) out.push_back(std::move(found->second));
    }
    return out;
}

std::vector<FieldValue> own_fields(const Node& node) {
    std::vector<FieldValue> out;
    for (Leaf& leaf : leaves_of(node, Lists::ItemByItem))
        if (!leaf.value.empty())
            out.push_back({std::move(leaf.name), "", std::move(leaf.value), leaf.is_secret});
    return out;
}

std::vector<FieldValue> profile_fields(const Profile& profile) {
    std::vector<FieldValue> out;
    for (Leaf& leaf : leaves_of(profile))
        out.push_back({std::move(leaf.name), "", std::move(leaf.value), leaf.is_secret});
    return out;
}

}  // namespace ww::nodes
