// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/patch.h"

#include <algorithm>

#include "nodes/reader.h"
#include "nodes/schema.h"
#include "yaml/map.h"
#include "yaml/problems.h"
#include "yaml/scalar.h"

namespace ww::nodes {

namespace {

void patch_value(yaml::Value& to, const yaml::Value& from) {
    const auto* changes = from.get<yaml::Value::Map>();
    if (changes == nullptr) {
        to = from;
        return;
    }
    if (to.get<yaml::Value::Map>() == nullptr) to = yaml::Value::Map();
    for (const yaml::Value::Entry& change : *changes) {
        auto& target = *to.get<yaml::Value::Map>();
        auto at = std::find_if(
            target.begin(), target.end(), [&](const auto& one) { return one.key == change.key; });
        if (change.value.is_null()) {
            if (at != target.end()) target.erase(at);
            continue;
        }
        yaml::Value merged = at == target.end() ? yaml::Value() : std::move(at->value);
        patch_value(merged, change.value);
        if (at != target.end()) {
            at->value = std::move(merged);
        } else {
            target.push_back({change.key, std::move(merged)});
            to = yaml::Value(yaml::Value::Map(target));  // sorts
        }
    }
}

// Walks the patch twice at once: as the values the reader made of it, and as YAML, which still
// tells what was not given from what was given as null.
class Patcher {
   public:
    explicit Patcher(const yaml::Document& document) : document_(document) {}

    void registry(const Registry& given, Registry& target) {
        for (const yaml::MapEntry& entry : entries_of(*document_.root())) {
            if (entry.key->text == "nodeprofiles")
                map(*entry.value, given.profiles, target.profiles);
            else if (entry.key->text == "nodes")
                map(*entry.value, given.nodes, target.nodes);
        }
    }

   private:
    // The reader has found nothing wrong with them.
    std::vector<yaml::MapEntry> entries_of(const yaml::Node& node) {
        yaml::Problems problems;
        const yaml::Node& map = node.resolved();
        if (map.kind != yaml::Node::Kind::Map) return {};
        return yaml::map_entries(document_, map, problems).value_or(std::vector<yaml::MapEntry>());
    }

    template <class T>
    void entry(const yaml::Node& node, const T& given, T& target) {
        for (const yaml::MapEntry& each : entries_of(node))
            for_each_field(given, target, [&](const auto& field, const auto& from, auto& to) {
                if (field.key != each.key->text) return;
                if (yaml::is_null(*each.value))
                    to = {};
                else
                    value(*each.value, from, to);
            });
    }

    template <class T>
    void value(const yaml::Node&, const T& from, T& to) {
        to = from;
    }
    template <SingleSection T>
    void value(const yaml::Node& node, const T& from, T& to) {
        to.present = true;
        entry(node, from, to);
    }
    template <class T>
    void value(const yaml::Node& node,
               const std::map<std::string, T>& from,
               std::map<std::string, T>& to) {
        map(node, from, to);
    }

    template <class Map>
    void map(const yaml::Node& node, const Map& from, Map& to) {
        for (const yaml::MapEntry& each : entries_of(node)) {
            const std::string key(each.key->text);
            const auto given = from.find(key);
            if (yaml::is_null(*each.value) || given == from.end())
                to.erase(key);
            else
                item(*each.value, given->second, to[key]);
        }
    }

    void item(const yaml::Node&, const std::string& from, std::string& to) { to = from; }
    void item(const yaml::Node&, const yaml::Value& from, yaml::Value& to) {
        patch_value(to, from);
    }
    template <class T>
    void item(const yaml::Node& node, const T& from, T& to) {
        entry(node, from, to);
    }

    const yaml::Document& document_;
};

class Import {
   public:
    explicit Import(Unmentioned rest) : rest_(rest) {}

    template <class T>
    void fields(T& to, const T& from) {
        for_each_field(to, from, [this](const auto&, auto& a, const auto& b) { take(a, b); });
    }

   private:
    void take(std::string& to, const std::string& from) {
        if (!from.empty()) to = from;
    }
    void take(StringList& to, const StringList& from) {
        if (!from.empty()) to = from;
    }
    void take(WWbool& to, const WWbool& from) {
        if (!from.empty()) to = from;
    }
    template <class T>
    void take(std::optional<T>& to, const std::optional<T>& from) {
        if (from) to = from;
    }
    template <SingleSection T>
    void take(T& to, const T& from) {
        fields(to, from);
        to.present |= from.present;
    }
    template <class T>
    void take(std::map<std::string, T>& to, const std::map<std::string, T>& from) {
        for (const auto& [key, value] : from) {
            const auto [at, is_new] = to.try_emplace(key, value);
            if (is_new) continue;
            if (rest_ == Unmentioned::Kept)
                item(at->second, value);
            else
                at->second = value;
        }
    }

    void item(std::string& to, const std::string& from) { to = from; }
    void item(yaml::Value& to, const yaml::Value& from) { patch_value(to, from); }
    template <class T>
    void item(T& to, const T& from) {
        fields(to, from);
    }

    Unmentioned rest_;
};

}  // namespace

Result<Registry> apply_patch(const Registry& before,
                             std::string_view patch,
                             const std::string& name) {
    WW_TRY(const NodesFile given, read_nodes(patch, name));
    // In nodes.conf an unknown key is harmless; here it is a change that would not be made.
    yaml::Problems problems;
    for (const yaml::Warning& warning : given.warnings) problems.add(warning.place, warning.text);
    if (!problems.empty()) return problems.error();
    Registry after = before;
    if (given.document.root() != nullptr) Patcher(given.document).registry(given.registry, after);
    return after;
}

void import_over(Node& existing, const Node& imported, Unmentioned rest) {
    Import(rest).fields(existing, imported);
}

void import_over(Profile& existing, const Profile& imported, Unmentioned rest) {
    Import(rest).fields(existing, imported);
}

}  // namespace ww::nodes
