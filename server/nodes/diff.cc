// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/quote.h"
#include "fields/table.h"
#include "nodes/flatten.h"
#include "nodes/hostlist.h"
#include "nodes/schema.h"

namespace ww::nodes {

namespace {

const std::string kUnset = "<unset>";

std::string lower_case(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::string printed(const std::string& value) { return value.empty() ? kUnset : quote(value); }
std::string printed(const WWbool& value) { return printed(value.text); }
std::string printed(const std::optional<bool>& value) {
    return value.value_or(false) ? "true" : "false";
}
std::string printed(const std::optional<IpAddress>& value) {
    return value ? value->to_string() : kUnset;
}
std::string printed(const StringList& value) { return fmt::format("[{}]", fmt::join(value, ", ")); }
std::string printed(const yaml::Value& value) {
    return value.is_null() ? kUnset : yaml::to_json(value);
}

class Comparison {
   public:
    template <class T>
    void compare(const T& before, const T& after, const std::string& prefix) {
        for_each_field(
            before, after, [&](const auto& field, const auto& old_value, const auto& new_value) {
                if (old_value == new_value) return;
                std::string_view name = field.flag();
                if (name.empty()) name = field.internal_name;
                if (name.empty()) name = field.name;
                const std::string path =
                    prefix.empty() ? lower_case(name) : prefix + "." + lower_case(name);
                secret_ = field.is_secret();
                value(path, old_value, new_value);
            });
    }

    std::vector<FieldChange> changes;

   private:
    template <class T>
    void value(const std::string& path, const T& before, const T& after) {
        if constexpr (SingleSection<T>) {
            compare(before, after, path);
        } else if constexpr (requires { typename T::mapped_type; }) {
            map(path, before, after);
        } else {
            leaf(path, before, after);
        }
    }

    template <class Map>
    void map(const std::string& path, const Map& before, const Map& after) {
        std::set<std::string> keys;
        for (const auto& [key, unused] : before) keys.insert(key);
        for (const auto& [key, unused] : after) keys.insert(key);
        static const typename Map::mapped_type kNothing;
        for (const std::string& key : keys) {
            const auto old_at = before.find(key);
            const auto new_at = after.find(key);
            const auto& old_value = old_at == before.end() ? kNothing : old_at->second;
            const auto& new_value = new_at == after.end() ? kNothing : new_at->second;
            const std::string inner = fmt::format("{}[{}]", path, key);
            if constexpr (SectionMap<Map>) {
                const bool outer = std::exchange(removed_, removed_ || new_at == after.end());
                compare(old_value, new_value, inner);
                removed_ = outer;
            } else if constexpr (std::is_same_v<Map, StringMap>)
                tag(inner,
                    old_at == before.end() ? kUnset : quote(old_value),
                    new_at == after.end() ? kUnset : quote(new_value));
            else
                leaf(inner, old_value, new_value);
        }
    }

    // An empty tag is something else than none.
    void tag(const std::string& path, std::string before, std::string after) {
        if (before != after) changes.push_back({path, std::move(before), std::move(after)});
    }

    template <class T>
    void leaf(const std::string& path, const T& before, const T& after) {
        if (before == after) return;
        FieldChange change{path, printed(before), printed(after), secret_};
        // Compat: a null boolean reads as false; but a change is always to be seen, unless it goes
        // with the entry it belongs to.
        if constexpr (std::is_same_v<T, std::optional<bool>>) {
            if (change.before == change.after && !removed_)
                (before ? change.after : change.before) = kUnset;
        }
        if (change.before != change.after) changes.push_back(std::move(change));
    }

    bool secret_ = false;   // what the field at hand holds
    bool removed_ = false;  // inside an entry that is there no more
};

// The entry itself if it may be compared as it is, else a copy in `kept`.
template <class T>
const T& flat(const T& entry, std::optional<T>& kept) {
    if (is_flat(entry)) return entry;
    flatten(kept.emplace(entry));
    return *kept;
}

template <class T>
std::vector<FieldChange> compare_entries(const T& before, const T& after) {
    std::optional<T> kept_before, kept_after;
    Comparison comparison;
    comparison.compare(flat(before, kept_before), flat(after, kept_after), "");
    std::stable_sort(comparison.changes.begin(),
                     comparison.changes.end(),
                     [](const FieldChange& a, const FieldChange& b) { return a.path < b.path; });
    return std::move(comparison.changes);
}

struct HashOfChanges {
    size_t operator()(const std::vector<FieldChange>& changes) const {
        size_t hash = changes.size();
        for (const FieldChange& change : changes)
            for (const std::string* text : {&change.path, &change.before, &change.after})
                hash = hash * 31 + std::hash<std::string>()(*text);
        return hash;
    }
};

}  // namespace

std::vector<FieldChange> diff(const Node& before, const Node& after) {
    return compare_entries(before, after);
}

std::vector<FieldChange> diff(const Profile& before, const Profile& after) {
    return compare_entries(before, after);
}

namespace {

/// What a change calls the field; see Comparison.
std::string_view name_in_changes(std::string_view generic, std::string_view name) {
    const auto row = std::ranges::find(fields::kAll, generic, &fields::Field::name);
    if (row != fields::kAll.end() && !row->flag.empty()) return row->flag;
    // No other section has names for changes alone.
    for (const Field<Partition>& field : schema<Partition>())
        if (field.row != nullptr && field.row->name == generic && !field.internal_name.empty())
            return field.internal_name;
    return name;
}

}  // namespace

std::string change_path(std::string_view field) {
    std::string path, generic;
    while (true) {
        // A key may hold dots.
        const size_t bracket = std::min(field.find('['), field.size());
        const size_t dot = std::min(field.find('.'), field.size());
        const std::string_view name = field.substr(0, std::min(bracket, dot));
        const size_t close = bracket < dot ? field.find(']', bracket) : std::string_view::npos;
        const size_t end = close == std::string_view::npos ? name.size() : close + 1;
        const bool is_last = end >= field.size();
        generic += name;
        path += lower_case(is_last ? name_in_changes(generic, name) : name);
        path += field.substr(name.size(), end - name.size());
        if (is_last) return path;
        generic += end > name.size() ? "[]." : ".";
        path += ".";
        field.remove_prefix(end + 1);
    }
}

std::vector<FieldGroup> group_changes(std::map<std::string, std::vector<FieldChange>> changes) {
    std::unordered_map<std::vector<FieldChange>, std::vector<std::string>, HashOfChanges> by_fields;
    by_fields.reserve(changes.size());
    for (auto& [name, fields] : changes)
        if (!fields.empty()) by_fields[std::move(fields)].push_back(name);
    std::vector<FieldGroup> groups;
    groups.reserve(by_fields.size());
    while (!by_fields.empty()) {
        auto group = by_fields.extract(by_fields.begin());
        groups.push_back({std::move(group.mapped()), std::move(group.key())});
    }
    std::sort(groups.begin(), groups.end(), [](const FieldGroup& a, const FieldGroup& b) {
        return a.names.front() < b.names.front();
    });
    return groups;
}

std::string format_groups(const std::vector<FieldGroup>& groups) {
    std::string out;
    for (const FieldGroup& group : groups) {
        if (!out.empty()) out += "\n";
        out += compress_hostlist(group.names) + ":\n";
        for (const FieldChange& change : group.fields)
            out += fmt::format("  {}: {} → {}\n", change.path, change.before, change.after);
    }
    return out;
}

std::string format_changes(std::map<std::string, std::vector<FieldChange>> changes) {
    return format_groups(group_changes(std::move(changes)));
}

}  // namespace ww::nodes
