// SPDX-License-Identifier: BSD-3-Clause
#include "store/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "fields/field.h"
#include "nodes/hostlist.h"

namespace ww::store {

namespace {

constexpr const char* kUnset = "<unset>";

using fields::EntryKind;
using Text = std::optional<std::string>;

Result<std::optional<nodes::Node>> node_of(const EntryId& id, const Text& text) {
    if (!text) return std::optional<nodes::Node>();
    WW_TRY(nodes::Node node, read_node_text(id, *text));
    return std::optional(std::move(node));
}
Result<std::optional<nodes::Profile>> profile_of(const EntryId& id, const Text& text) {
    if (!text) return std::optional<nodes::Profile>();
    WW_TRY(nodes::Profile profile, read_profile_text(id, *text));
    return std::optional(std::move(profile));
}

void mask(std::vector<nodes::FieldChange>& fields) {
    for (nodes::FieldChange& field : fields) {
        if (!field.is_secret) continue;
        if (field.before != kUnset) field.before = fields::kMask;
        if (field.after != kUnset) field.after = fields::kMask;
    }
}

std::string named(const std::vector<EntryChange>& entries, EntryKind kind) {
    std::vector<std::string> names;
    for (const EntryChange& entry : entries)
        if (entry.id.kind == kind) names.push_back(entry.id.name);
    return nodes::compress_hostlist(names);
}

Result<std::string> summary_of(const std::vector<EntryChange>& entries,
                               EntryKind kind,
                               bool secrets) {
    // Nodes need no word.
    const std::string noun = kind == EntryKind::Node ? "" : fmt::format("{} ", to_string(kind));
    std::vector<EntryChange> added;
    std::vector<EntryChange> deleted;
    std::vector<EntryChange> layout;  // comments, order, quotes
    std::map<std::string, std::vector<nodes::FieldChange>> changes;
    for (const EntryChange& entry : entries) {
        if (entry.id.kind != kind) continue;
        WW_TRY(auto fields, field_changes(entry, secrets));
        if (!entry.before) added.push_back(entry);
        if (!entry.after) deleted.push_back(entry);
        if (entry.before && entry.after && fields.empty()) layout.push_back(entry);
        if (!fields.empty()) changes[entry.id.name] = std::move(fields);
    }
    std::string out;
    const auto say = [&](const std::vector<EntryChange>& which, std::string_view what) {
        if (!which.empty()) out += fmt::format("{}{}: {}\n", noun, named(which, kind), what);
    };
    say(added, "added");
    say(deleted, "deleted");
    say(layout, "comments or layout only");
    std::string fields = nodes::format_changes(changes);
    if (!noun.empty())
        for (size_t line = 0; line < fields.size(); line = fields.find('\n', line) + 1)
            if (fields[line] != ' ' && fields[line] != '\n') fields.insert(line, noun);
    return out + fields;
}

template <class Entries, class Entry>
bool is_as(const Entries& entries, const std::string& name, const std::optional<Entry>& wanted) {
    const auto found = entries.find(name);
    if (found == entries.end()) return !wanted;
    return wanted && found->second == *wanted;
}

template <class Entries, class Entry>
void put(Entries& entries, const std::string& name, std::optional<Entry> entry) {
    if (entry)
        entries[name] = *std::move(entry);
    else
        entries.erase(name);
}

}  // namespace

Result<std::vector<nodes::FieldChange>> field_changes(const EntryChange& change, bool secrets) {
    std::vector<nodes::FieldChange> fields;
    if (change.id.is_node()) {
        WW_TRY(const auto before, node_of(change.id, change.before));
        WW_TRY(const auto after, node_of(change.id, change.after));
        fields = nodes::diff(before.value_or(nodes::Node()), after.value_or(nodes::Node()));
    } else {
        WW_TRY(const auto before, profile_of(change.id, change.before));
        WW_TRY(const auto after, profile_of(change.id, change.after));
        fields = nodes::diff(before.value_or(nodes::Profile()), after.value_or(nodes::Profile()));
    }
    if (!secrets) mask(fields);
    return fields;
}

std::string name_entries(const std::vector<EntryChange>& entries) {
    std::string nodes = named(entries, EntryKind::Node);
    const std::string profiles = named(entries, EntryKind::Profile);
    if (profiles.empty()) return nodes;
    return fmt::format(
        "{}{}{} {}", nodes, nodes.empty() ? "" : ", ", to_string(EntryKind::Profile), profiles);
}

Result<std::string> summarize(const std::vector<EntryChange>& entries, bool secrets) {
    WW_TRY(std::string profiles, summary_of(entries, EntryKind::Profile, secrets));
    WW_TRY(const std::string nodes, summary_of(entries, EntryKind::Node, secrets));
    if (!profiles.empty() && !nodes.empty()) profiles += "\n";
    return profiles + nodes;
}

std::vector<EntryChange> joined(const std::vector<EntryChange>& changes) {
    std::map<EntryId, EntryChange> all;
    for (const EntryChange& change : changes) {
        const auto [at, added] = all.emplace(change.id, change);
        if (!added) at->second.after = change.after;
    }
    std::vector<EntryChange> out;
    for (auto& [id, change] : all)
        if (change.before != change.after) out.push_back(std::move(change));
    return out;
}

std::vector<EntryChange> reversed(std::vector<EntryChange> changes) {
    for (EntryChange& change : changes) std::swap(change.before, change.after);
    return changes;
}

Result<void> apply_changes(nodes::Registry& registry, const std::vector<EntryChange>& changes) {
    std::vector<EntryChange> differing;
    for (const EntryChange& change : changes) {
        bool expected = false;
        if (change.id.is_node()) {
            WW_TRY(const auto before, node_of(change.id, change.before));
            expected = is_as(registry.nodes, change.id.name, before);
        } else {
            WW_TRY(const auto before, profile_of(change.id, change.before));
            expected = is_as(registry.profiles, change.id.name, before);
        }
        if (!expected) differing.push_back(change);
    }
    if (!differing.empty())
        return Error(ErrorCode::Conflict,
                     fmt::format("changed again since: {}", name_entries(differing)));
    for (const EntryChange& change : changes) {
        if (change.id.is_node()) {
            WW_TRY(auto after, node_of(change.id, change.after));
            put(registry.nodes, change.id.name, std::move(after));
        } else {
            WW_TRY(auto after, profile_of(change.id, change.after));
            put(registry.profiles, change.id.name, std::move(after));
        }
    }
    return {};
}

}  // namespace ww::store
