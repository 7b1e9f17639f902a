// SPDX-License-Identifier: BSD-3-Clause
#include "store/undo.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <utility>

#include "store/summary.h"

namespace ww::store {

namespace {

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
