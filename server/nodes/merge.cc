// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "nodes/schema.h"

namespace ww::nodes {

namespace {

class ProfileExpansion {
   public:
    explicit ProfileExpansion(const Registry& registry) : registry_(registry) {}

    void add(const StringList& profiles) {
        for (const std::string& id : profiles) {
            const bool negation = id.starts_with('~');
            if (!negation) {
                if (!visited_.insert(id).second) continue;
                const auto profile = registry_.profiles.find(id);
                if (profile != registry_.profiles.end()) add(profile->second.profiles);
            }
            order.push_back(id);
        }
    }

    StringList order;

   private:
    const Registry& registry_;
    std::set<std::string_view> visited_;
};

Error clash(std::string_view name) {
    return Error(
        ErrorCode::Unprocessable,
        fmt::format(
            "resource {}: cannot append a list to what an earlier layer holds, which is none",
            name));
}

// Maps unite, lists append, anything else replaces; a list cannot be laid over a map or a single
// value.
bool lay_value(yaml::Value& under, const yaml::Value& over) {
    if (const auto* list = over.get<yaml::Value::List>()) {
        if (under.is_null()) {
            under = over;
            return true;
        }
        auto* base = under.get<yaml::Value::List>();
        if (base == nullptr) return false;
        base->insert(base->end(), list->begin(), list->end());
        return true;
    }
    const auto* map = over.get<yaml::Value::Map>();
    auto* base = under.get<yaml::Value::Map>();
    if (map == nullptr || base == nullptr) {
        under = over;
        return true;
    }
    bool good = true;
    for (const yaml::Value::Entry& entry : *map) {
        const auto same =
            std::find_if(base->begin(), base->end(), [&](const yaml::Value::Entry& other) {
                return other.key == entry.key;
            });
        if (same == base->end())
            base->push_back(entry);
        else
            good = lay_value(same->value, entry.value) && good;
    }
    under = yaml::Value(std::move(*base));
    return good;
}

class Layer {
   public:
    template <class T>
    void lay(T& under, const T& over) {
        for_each_field(under, over, [&](const auto& field, auto& to, const auto& from) {
            if (field.rule != Rule::Own) value(to, from);
        });
    }

    std::optional<Error> problem;

   private:
    void value(std::string& to, const std::string& from) {
        if (!from.empty()) to = from;
    }
    void value(WWbool& to, const WWbool& from) {
        if (!from.empty()) to = from;
    }
    template <class T>
    void value(std::optional<T>& to, const std::optional<T>& from) {
        if (from) to = from;
    }
    void value(StringList& to, const StringList& from) {
        to.insert(to.end(), from.begin(), from.end());
    }
    void value(StringMap& to, const StringMap& from) {
        for (const auto& [key, text] : from) to[key] = text;
    }
    void value(ResourceMap& to, const ResourceMap& from) {
        for (const auto& [key, over] : from) {
            const auto [at, added] = to.try_emplace(key, over);
            if (!added && !lay_value(at->second, over) && !problem) problem = clash(key);
        }
    }
    template <SingleSection T>
    void value(T& to, const T& from) {
        to.present = to.present || from.present;
        lay(to, from);
    }
    template <SectionMap T>
    void value(T& to, const T& from) {
        for (const auto& [key, section] : from) lay(to[key], section);
    }
};

template <class T>
Result<void> lay_entry(T& under, const T& over) {
    Layer layer;
    layer.lay(under, over);
    if (layer.problem) return *layer.problem;
    return {};
}

void choose_primary(Node& node) {
    if (node.network_devices.empty()) return;
    if (!node.network_devices.contains(node.primary_network))
        node.primary_network = node.network_devices.begin()->first;
    node.network_devices[node.primary_network].primary = true;
}

template <class T>
void clean_lists(T& object) {
    for_each_field(object, [](const auto& field, auto& value) {
        using Value = std::remove_cvref_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, StringList>) {
            if (field.rule != Rule::ByType) value = without_negated(value);
        } else if constexpr (SingleSection<Value>) {
            clean_lists(value);
        }
    });
}

}  // namespace

StringList without_negated(const StringList& list) {
    const auto is_negation = [](const std::string& item) { return item.starts_with('~'); };
    if (std::none_of(list.begin(), list.end(), is_negation)) return list;
    std::set<std::string_view> gone;
    for (const std::string& item : list)
        if (is_negation(item)) gone.insert(std::string_view(item).substr(1));
    StringList out;
    for (const std::string& item : list)
        if (!is_negation(item) && !gone.contains(item)) out.push_back(item);
    return out;
}

StringList expand_profiles(const Registry& registry, const StringList& profiles) {
    ProfileExpansion expansion(registry);
    expansion.add(profiles);
    return without_negated(expansion.order);
}

void take_own(Node& node, const Node& entry) {
    for_each_field(node, entry, [](const auto& field, auto& to, const auto& from) {
        if (field.rule == Rule::Own) to = from;
    });
}

Result<void> lay_over(Profile& under, const Profile& over) { return lay_entry(under, over); }

Result<void> lay_over(Node& under, const Node& over) { return lay_entry(under, over); }

Result<std::shared_ptr<const Node>> Merger::base_of(const StringList& profiles) {
    if (const auto known = bases_.find(profiles); known != bases_.end()) return known->second;
    auto base = std::make_shared<Node>();
    for (const std::string& id : expand_profiles(registry_, profiles)) {
        const auto profile = registry_.profiles.find(id);
        if (profile == registry_.profiles.end()) continue;
        WW_TRY_VOID(
            lay_over(static_cast<Profile&>(*base), profile->second), "merging profile {}", id);
    }
    bases_.emplace(profiles, base);
    return std::shared_ptr<const Node>(base);
}

Result<Node> Merger::merge(const std::string& id) {
    const auto raw = registry_.nodes.find(id);
    if (raw == registry_.nodes.end())
        return Error(ErrorCode::NotFound, fmt::format("node not found: {}", id));
    WW_TRY(const auto base, base_of(raw->second.profiles), "merging node {}", id);
    Node node = *base;
    WW_TRY_VOID(lay_over(node, raw->second), "merging node {}", id);
    node.id = id;
    take_own(node, raw->second);
    choose_primary(node);
    clean_lists(node);
    return node;
}

}  // namespace ww::nodes
