// SPDX-License-Identifier: BSD-3-Clause
#include "store/summary.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <utility>

#include "fields/field.h"
#include "nodes/hostlist.h"

namespace ww::store {

namespace {

constexpr const char* kUnset = "<unset>";

using fields::EntryKind;
using nodes::FieldChange;
using What = ChangeGroup::What;

template <class T, class ReadText>
Result<std::vector<FieldChange>> diff_of_texts(const EntryChange& change,
                                               const ReadText& read_text) {
    const auto read = [&](const std::optional<std::string>& text) -> Result<T> {
        return text ? read_text(change.id, *text) : T();
    };
    WW_TRY(const T before, read(change.before));
    WW_TRY(const T after, read(change.after));
    return nodes::diff(before, after);
}

Result<std::vector<FieldChange>> read_changes(const EntryChange& change) {
    return change.id.is_node() ? diff_of_texts<nodes::Node>(change, read_node_text)
                               : diff_of_texts<nodes::Profile>(change, read_profile_text);
}

template <class T>
std::vector<FieldChange> diff_of_entries(const std::string& name,
                                         const nodes::SharedMap<std::string, T>& before,
                                         const nodes::SharedMap<std::string, T>& after) {
    const auto a = before.find(name);
    const auto b = after.find(name);
    static const T kNone;
    return nodes::diff(a == before.end() ? kNone : a->second, b == after.end() ? kNone : b->second);
}

void mask(std::vector<FieldChange>& fields) {
    for (FieldChange& field : fields) {
        if (!field.is_secret) continue;
        if (field.before != kUnset) field.before = fields::kMask;
        if (field.after != kUnset) field.after = fields::kMask;
    }
}

// `fields_of` tells the fields of one.
template <class FieldsOf>
Result<void> add_groups(const std::vector<EntryChange>& changes,
                        EntryKind kind,
                        const FieldsOf& fields_of,
                        std::vector<ChangeGroup>& out) {
    std::map<What, std::vector<std::string>> names;
    std::map<std::string, std::vector<FieldChange>> by_name;
    for (const EntryChange& change : changes) {
        if (change.id.kind != kind) continue;
        WW_TRY(auto fields, fields_of(change));
        const std::string& name = change.id.name;
        if (!change.before) names[What::Added].push_back(name);
        if (!change.after) names[What::Deleted].push_back(name);
        if (change.before && change.after && fields.empty()) names[What::Layout].push_back(name);
        if (!fields.empty()) by_name[name] = std::move(fields);
    }
    for (auto& [what, list] : names) out.push_back({kind, what, std::move(list), {}});
    for (nodes::FieldGroup& group : nodes::group_changes(std::move(by_name)))
        out.push_back({kind, What::Fields, std::move(group.names), std::move(group.fields)});
    return {};
}

// Groups that differ in secrets alone become one.
std::vector<nodes::FieldGroup> masked(const std::vector<nodes::FieldGroup>& groups) {
    std::map<std::string, std::vector<FieldChange>> by_name;
    for (const nodes::FieldGroup& group : groups) {
        auto fields = group.fields;
        mask(fields);
        for (const std::string& name : group.names) by_name[name] = fields;
    }
    return nodes::group_changes(std::move(by_name));
}

bool has_secret(const std::vector<nodes::FieldGroup>& groups) {
    for (const nodes::FieldGroup& group : groups)
        for (const FieldChange& field : group.fields)
            if (field.is_secret) return true;
    return false;
}

const char* word_for(What what) {
    switch (what) {
        case What::Added:
            return "added";
        case What::Deleted:
            return "deleted";
        case What::Layout:
            return "comments or layout only";
        case What::Fields:
            break;
    }
    return "";
}

std::string describe_kind(std::vector<ChangeGroup>& groups, EntryKind kind, bool secrets) {
    // Nodes need no word.
    const std::string noun = kind == EntryKind::Node ? "" : fmt::format("{} ", to_string(kind));
    std::string out;
    std::vector<nodes::FieldGroup> changed;
    for (ChangeGroup& group : groups) {
        if (group.kind != kind) continue;
        if (group.what == What::Fields)
            changed.push_back({std::move(group.names), std::move(group.fields)});
        else
            out += fmt::format(
                "{}{}: {}\n", noun, nodes::compress_hostlist(group.names), word_for(group.what));
    }
    if (!secrets && has_secret(changed)) changed = masked(changed);
    std::string fields = nodes::format_groups(changed);
    if (!noun.empty())
        for (size_t line = 0; line < fields.size(); line = fields.find('\n', line) + 1)
            if (fields[line] != ' ' && fields[line] != '\n') fields.insert(line, noun);
    return out + fields;
}

std::string named(const std::vector<EntryChange>& changes, EntryKind kind) {
    std::vector<std::string> names;
    for (const EntryChange& change : changes)
        if (change.id.kind == kind) names.push_back(change.id.name);
    return nodes::compress_hostlist(names);
}

}  // namespace

Result<std::vector<FieldChange>> field_changes(const EntryChange& change, bool secrets) {
    WW_TRY(auto fields, read_changes(change));
    if (!secrets) mask(fields);
    return fields;
}

Result<std::vector<ChangeGroup>> groups_of(const std::vector<EntryChange>& changes) {
    std::vector<ChangeGroup> groups;
    WW_TRY_VOID(add_groups(changes, EntryKind::Profile, read_changes, groups));
    WW_TRY_VOID(add_groups(changes, EntryKind::Node, read_changes, groups));
    return groups;
}

std::vector<ChangeGroup> groups_of(const std::vector<EntryChange>& changes,
                                   const nodes::Registry& before,
                                   const nodes::Registry& after) {
    const auto fields_of = [&](const EntryChange& change) -> Result<std::vector<FieldChange>> {
        const std::string& name = change.id.name;
        return change.id.is_node() ? diff_of_entries(name, before.nodes, after.nodes)
                                   : diff_of_entries(name, before.profiles, after.profiles);
    };
    std::vector<ChangeGroup> groups;
    for (const EntryKind kind : {EntryKind::Profile, EntryKind::Node})
        (void)add_groups(changes, kind, fields_of, groups);  // which cannot fail
    return groups;
}

std::string describe(std::vector<ChangeGroup> groups, bool secrets) {
    std::string profiles = describe_kind(groups, EntryKind::Profile, secrets);
    const std::string nodes = describe_kind(groups, EntryKind::Node, secrets);
    if (!profiles.empty() && !nodes.empty()) profiles += "\n";
    return profiles + nodes;
}

Result<std::string> summarize(const std::vector<EntryChange>& changes, bool secrets) {
    WW_TRY(auto groups, groups_of(changes));
    return describe(std::move(groups), secrets);
}

std::string name_entries(const std::vector<EntryChange>& changes) {
    std::string nodes = named(changes, EntryKind::Node);
    const std::string profiles = named(changes, EntryKind::Profile);
    if (profiles.empty()) return nodes;
    return fmt::format(
        "{}{}{} {}", nodes, nodes.empty() ? "" : ", ", to_string(EntryKind::Profile), profiles);
}

}  // namespace ww::store
