// SPDX-License-Identifier: BSD-3-Clause
#include "api/entries.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "api/conflict.h"
#include "nodes/diff.h"
#include "nodes/emit.h"
#include "nodes/flatten.h"
#include "nodes/hostlist.h"
#include "nodes/patch.h"
#include "nodes/reader.h"
#include "nodes/schema.h"
#include "yaml/document.h"
#include "yaml/scalar.h"

namespace ww::api {

using fields::EntryKind;

namespace {

Result<std::map<std::string, nodes::Node>> read_map(const std::string& text,
                                                    const std::string& source,
                                                    std::vector<yaml::Warning>& warnings,
                                                    const nodes::Node*) {
    return nodes::read_node_map(text, source, warnings);
}
Result<std::map<std::string, nodes::Profile>> read_map(const std::string& text,
                                                       const std::string& source,
                                                       std::vector<yaml::Warning>& warnings,
                                                       const nodes::Profile*) {
    return nodes::read_profile_map(text, source, warnings);
}

/// Entries without a body: in an editor, a way to delete them.
std::set<std::string> null_entries(const std::string& text, const std::string& source) {
    std::set<std::string> names;
    const auto document = yaml::read(text, source);
    const yaml::Node* root = document ? document->root() : nullptr;
    if (root == nullptr || root->kind != yaml::Node::Kind::Map) return names;
    for (size_t i = 0; i + 1 < root->items.size(); i += 2)
        if (yaml::is_null(root->items[i + 1]->resolved())) names.emplace(root->items[i]->text);
    return names;
}

std::string written(const nodes::Node& entry) { return nodes::emit_nodes({{"", entry}}, 2); }
std::string written(const nodes::Profile& entry) { return nodes::emit_profiles({{"", entry}}, 2); }

/// As it would be written; nothing for an entry that is not there.
template <class Entries>
std::string written(const Entries& entries, const std::string& name) {
    const auto it = entries.find(name);
    if (it == entries.end()) return {};
    auto entry = it->second;
    nodes::flatten(entry);
    return written(entry);
}

/// What an editor made of `base`, nodes.conf then being in `state`, seen from `existing`. Errors:
/// Conflict.
template <class Entry>
Result<Changed<Entry>> edits(const Call& call,
                             const std::string& state,
                             const std::map<std::string, Entry>& base,
                             const std::map<std::string, Entry>& edited,
                             const nodes::SharedMap<std::string, Entry>& existing) {
    std::set<std::string> names;
    for (const auto* map : {&base, &edited})
        for (const auto& [name, entry] : *map) names.insert(name);
    Changed<Entry> changed;
    std::vector<store::EntryId> conflicts;
    for (const std::string& name : names) {
        if (written(base, name) == written(edited, name)) continue;
        if (written(base, name) != written(existing, name))
            conflicts.push_back({nodes::kKindOf<Entry>, name});
        changed[name] = std::nullopt;
        if (const auto it = edited.find(name); it != edited.end())
            nodes::flatten(changed[name].emplace(it->second));
    }
    if (conflicts.empty()) return changed;
    return conflict_since(call, ReadState::parse(state).digest, conflicts);
}

/// Entries by what an import takes from them without a word of the file: paths of fields.
using Dropped = std::map<std::vector<std::string>, std::vector<std::string>>;

/// Adds what of `was` is not in `result`, which is `was` with `imported` over it, and would be had
/// the two been merged.
template <class Entry>
void note_dropped(const std::string& name,
                  const Entry& was,
                  const Entry& imported,
                  const Entry& result,
                  Dropped& dropped) {
    Entry merged = was;
    nodes::import_over(merged, imported, nodes::Unmentioned::Kept);
    if (merged == result) return;
    std::vector<std::string> paths;
    for (const nodes::FieldChange& field : nodes::diff(merged, result)) paths.push_back(field.path);
    if (!paths.empty()) dropped[paths].push_back(name);
}

std::vector<std::string> describe(const Dropped& dropped, EntryKind kind) {
    constexpr size_t kLines = 10, kPaths = 8;
    std::vector<std::string> lines;
    size_t left_out = 0;
    for (const auto& [paths, names] : dropped) {
        if (lines.size() == kLines) {
            left_out += names.size();
            continue;
        }
        const size_t shown = std::min(paths.size(), kPaths);
        std::string line = fmt::format(
            "of {} {} goes: {}",
            nodes::compress_hostlist(names),
            shown == 1 ? "this" : "all this",
            fmt::join(paths.begin(), paths.begin() + static_cast<ptrdiff_t>(shown), ", "));
        if (shown < paths.size()) line += fmt::format(" and {} more", paths.size() - shown);
        lines.push_back(std::move(line));
    }
    if (left_out > 0)
        lines.push_back(fmt::format("{} more {}s lose values", left_out, to_string(kind)));
    if (!lines.empty())
        lines.emplace_back(
            "an import replaces network devices, disks, file systems and resources whole; "
            "--merge keeps what the file does not mention");
    return lines;
}

std::string type_text(fields::Kind kind) {
    switch (kind) {
        case fields::Kind::Text:
            return "string";
        case fields::Kind::List:
            return "list of strings";
        case fields::Kind::WWbool:
        case fields::Kind::NullableBool:
            return "bool";
        case fields::Kind::Address:
            return "IP address";
        case fields::Kind::Tags:
            return "map of strings";
        case fields::Kind::Resources:
            return "map of anything";
    }
    return "";
}

std::vector<std::string> split(const std::string& path) {
    std::vector<std::string> parts{""};
    for (const char c : path) {
        if (c == '.')
            parts.emplace_back();
        else
            parts.back() += c;
    }
    return parts;
}

/// Copies of the reply's `selected`, each edited by `edit`.
template <class Entry, class EditOne>
Result<Changed<Entry>> changed_each(const nodes::Registry& registry,
                                    const protocol::ChangeReply& reply,
                                    const EditOne& edit) {
    Changed<Entry> changed;
    for (const std::string& name : reply.selected) {
        Entry entry = entries_of<Entry>(registry).at(name);
        WW_TRY_VOID(edit(entry));
        changed[name] = std::move(entry);
    }
    return changed;
}

}  // namespace

template <class Entry>
Result<Changed<Entry>> set_all(const nodes::Registry& registry,
                               const nodes::SetEdit& edit,
                               const protocol::ChangeReply& reply) {
    // Where some are there, those are set and the others warned of.
    if (reply.selected.empty() && !reply.missing.empty()) {
        const std::string_view noun = to_string(nodes::kKindOf<Entry>);
        const std::string& name = reply.missing.front();
        const auto hint = reply.hints.find(name);
        return Error(ErrorCode::NotFound, fmt::format("{} not found: {}", noun, name))
            .with_hint(hint != reply.hints.end() && !hint->second.empty()
                           ? hint->second
                           : fmt::format("wwctl {} add {} makes it", noun, name));
    }
    return changed_each<Entry>(registry, reply, [&](Entry& entry) { return edit.apply(entry); });
}

template <class Entry>
Result<Changed<Entry>> unset_all(const nodes::Registry& registry,
                                 const nodes::UnsetEdit& edit,
                                 bool skip_unknown,
                                 protocol::ChangeReply& reply) {
    const std::string_view noun = to_string(nodes::kKindOf<Entry>);
    if (!reply.missing.empty() && !skip_unknown)
        return Error(ErrorCode::NotFound,
                     fmt::format("{} not found: {}", noun, reply.missing.front()))
            .with_hint(reply.hints[reply.missing.front()]);
    if (reply.selected.empty())
        return Error(ErrorCode::NotFound, fmt::format("no {}s were modified", noun));
    reply.warnings = edit.warnings();
    return changed_each<Entry>(registry, reply, [&](Entry& entry) { return edit.apply(entry); });
}

template <class Entry>
Result<protocol::ChangeReply> import_entries(Call& call, const protocol::ImportRequest& request) {
    constexpr const Entry* kKind = nullptr;
    std::vector<yaml::Warning> warnings;
    auto parsed = read_map(request.text, request.source, warnings, kKind);
    if (!parsed)
        return Error(parsed.error().code(),
                     "could not parse import file: " + parsed.error().message())
            .with_place(parsed.error().place());
    std::map<std::string, Entry>& imported = *parsed;
    for (const yaml::Warning& warning : warnings) call.note({"warn", warning.to_string()});
    std::map<std::string, Entry> base;
    if (request.edited) {
        // Else a hand edit that nobody recorded yet could not be told who asks why there is a
        // conflict.
        if (call.site.database.version().digest != ReadState::parse(request.state).digest)
            (void)call.site.database.record();
        WW_TRY(base, read_map(request.base, "text before the edit", warnings, kKind));
        for (const std::string& name : null_entries(request.text, request.source))
            imported.erase(name);
    }
    const auto rest = request.merge ? nodes::Unmentioned::Kept : nodes::Unmentioned::Dropped;
    return change<Entry>(call,
                         {request.dry_run, request.state, request.rewrite},
                         [&](const nodes::Registry& registry,
                             protocol::ChangeReply& reply) -> Result<Changed<Entry>> {
                             const auto& existing = entries_of<Entry>(registry);
                             if (request.edited)
                                 return edits(call, request.state, base, imported, existing);
                             Changed<Entry> changed;
                             Dropped dropped;
                             for (const auto& [name, entry] : imported) {
                                 const auto it = existing.find(name);
                                 const bool is_new = it == existing.end();
                                 Entry result = is_new ? Entry() : it->second;
                                 nodes::import_over(result, entry, rest);
                                 if (!is_new && rest == nodes::Unmentioned::Dropped)
                                     note_dropped(name, it->second, entry, result, dropped);
                                 // UNDEF, UNSET and empty sections of what is new are for taking
                                 // out.
                                 if (is_new || !(result == it->second)) nodes::flatten(result);
                                 changed[name] = std::move(result);
                                 reply.selected.push_back(name);
                             }
                             reply.warnings = describe(dropped, nodes::kKindOf<Entry>);
                             return changed;
                         });
}

template Result<Changed<nodes::Node>> set_all(const nodes::Registry&,
                                              const nodes::SetEdit&,
                                              const protocol::ChangeReply&);
template Result<Changed<nodes::Profile>> set_all(const nodes::Registry&,
                                                 const nodes::SetEdit&,
                                                 const protocol::ChangeReply&);
template Result<Changed<nodes::Node>> unset_all(const nodes::Registry&,
                                                const nodes::UnsetEdit&,
                                                bool,
                                                protocol::ChangeReply&);
template Result<Changed<nodes::Profile>> unset_all(const nodes::Registry&,
                                                   const nodes::UnsetEdit&,
                                                   bool,
                                                   protocol::ChangeReply&);
template Result<protocol::ChangeReply> import_entries<nodes::Node>(Call&,
                                                                   const protocol::ImportRequest&);
template Result<protocol::ChangeReply> import_entries<nodes::Profile>(
    Call&, const protocol::ImportRequest&);

std::string skeleton(EntryKind kind) {
    std::string text = fmt::format("#{}name:\n", to_string(kind));
    std::vector<std::string> above;
    for (const auto& [field, keys] : nodes::field_keys()) {
        if (field->node_only && kind == EntryKind::Profile) continue;
        std::vector<std::string> parts = split(keys);
        for (size_t i = 0; i < parts.size(); ++i) {
            const bool leaf = i + 1 == parts.size();
            if (!leaf && i < above.size() && above[i] == parts[i]) continue;
            if (!leaf) above.resize(std::min(above.size(), i));
            const std::string key = parts[i] == "*" ? "name" : parts[i];
            text += fmt::format(
                "#{:{}}{}:{}\n", "", 2 * (i + 1), key, leaf ? " " + type_text(field->kind) : "");
            if (!leaf) above.push_back(parts[i]);
        }
        above.resize(std::min(above.size(), parts.size() - 1));
    }
    return text;
}

}  // namespace ww::api
