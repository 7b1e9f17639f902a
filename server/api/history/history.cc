// SPDX-License-Identifier: BSD-3-Clause
//
// History, blame and differences of nodes and profiles, from the journal.
#include "store/undo.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "api/changes.h"
#include "api/conflict.h"
#include "api/handlers.h"
#include "api/history/revisions.h"
#include "api/node_filter.h"
#include "api/suggest.h"
#include "base/nearest.h"
#include "fields/table.h"
#include "nodes/hostlist.h"
#include "store/summary.h"

namespace ww::api {

namespace {

using fields::EntryKind;
using nodes::FieldChange;
using store::EntryChange;
using store::EntryId;
using store::Journal;
using store::Revision;

Result<protocol::Names> names_of(const protocol::Names& patterns) {
    WW_TRY(const protocol::Names expanded, nodes::expand_hostlist(patterns));
    protocol::Names names;
    std::set<std::string> seen;
    for (const protocol::Names& list : {expanded, patterns})
        for (const std::string& name : list)
            if (seen.insert(name).second) names.push_back(name);
    return names;
}

/// Whose changes are asked for; empty: everybody's. Nothing: of what is asked for there is none,
/// and that was said.
Result<std::optional<protocol::Names>> names_to_look_for(Call& call,
                                                         const protocol::HistoryRequest& request) {
    WW_TRY(protocol::Names names, names_of(request.names));
    if (!request.where.limits()) return std::optional(std::move(names));
    WW_TRY(const auto snapshot, current(call.site));
    const std::set<std::string> named(names.begin(), names.end());
    const NodeFilter filter(snapshot->raw(), request.where);
    names.clear();
    for (const nodes::Node& node : snapshot->nodes())
        if ((named.empty() || named.contains(node.id)) && filter.takes(node))
            names.push_back(node.id);
    if (!names.empty()) return std::optional(std::move(names));
    call.note({"warn", "there is no such node now"});
    return std::optional<protocol::Names>();
}

// ---- blame

/// The fields an entry sets now, by path; nothing if there is no such entry.
std::optional<std::vector<FieldChange>> fields_now(const nodes::Registry& registry,
                                                   const EntryId& id) {
    if (id.kind == EntryKind::Node) {
        const auto node = registry.nodes.find(id.name);
        if (node == registry.nodes.end()) return std::nullopt;
        return nodes::diff(nodes::Node(), node->second);
    }
    const auto profile = registry.profiles.find(id.name);
    if (profile == registry.profiles.end()) return std::nullopt;
    return nodes::diff(nodes::Profile(), profile->second);
}

/// What a revision did, for people.
Result<std::string> summary_of(Revision revision, bool secrets) {
    const std::string files = store::describe(revision.files);
    if (revision.groups) return store::describe(*std::move(revision.groups), secrets) + files;
    WW_TRY(const std::string entries, store::summarize(revision.entries, secrets));
    return entries + files;
}

std::string entry_hint(const nodes::Registry& registry, const std::string& name) {
    std::string hint = node_hint(registry, name);
    if (hint.empty()) hint = profile_hint(registry, name);
    if (hint.empty()) hint = fmt::format("wwctl history {} tells what became of it", name);
    return hint;
}

std::string field_hint(std::string_view field) {
    if (field.starts_with("--")) field.remove_prefix(2);
    std::vector<std::string_view> flags;
    for (const fields::Field& each : fields::kAll)
        if (!each.flag.empty()) flags.push_back(each.flag);
    if (std::find(flags.begin(), flags.end(), field) == flags.end())
        if (std::string hint = nearest_hint(field, flags); !hint.empty()) return hint;
    return "inherited values are those of a profile: wwctl node list -a names it";
}

/// Field by field, for programs.
Result<void> add_fields(const std::vector<EntryChange>& changes,
                        bool secrets,
                        protocol::DiffReply& reply) {
    for (const EntryChange& entry : changes) {
        const std::string kind(to_string(entry.id.kind));
        if (!entry.before) reply.added.push_back(kind + " " + entry.id.name);
        if (!entry.after) reply.deleted.push_back(kind + " " + entry.id.name);
        WW_TRY(const auto fields, store::field_changes(entry, secrets));
        for (const FieldChange& field : fields)
            reply.changes.push_back({kind, entry.id.name, field.path, field.before, field.after});
    }
    return {};
}

/// The same of files of overlays; what a file says may be a secret, its digest is none.
void add_files(const std::vector<store::FileChange>& changes, protocol::DiffReply& reply) {
    const std::string kind = "overlay";
    for (const store::FileChange& file : changes) {
        const auto add =
            [&](const char* field, const std::string& before, const std::string& after) {
                if (before != after)
                    reply.changes.push_back({kind, file.name(), field, before, after});
            };
        if (!file.before) {
            reply.added.push_back(kind + " " + file.name());
        } else if (!file.after) {
            reply.deleted.push_back(kind + " " + file.name());
        } else {
            const auto& [before, after] = std::pair(*file.before, *file.after);
            add("digest", before.digest, after.digest);
            add("mode", fmt::format("{:04o}", before.mode), fmt::format("{:04o}", after.mode));
            add("owner",
                fmt::format("{}:{}", before.uid, before.gid),
                fmt::format("{}:{}", after.uid, after.gid));
        }
    }
}

}  // namespace

Result<protocol::HistoryReply> history(Call& call, const protocol::HistoryRequest& request) {
    WW_TRY(Journal * journal, open_journal(call));
    WW_TRY(const auto names, names_to_look_for(call, request));
    protocol::HistoryReply reply;
    if (!names) return reply;
    const auto take = [&](Revision revision) -> Result<bool> {
        reply.more = request.limit > 0 && std::ssize(reply.revisions) == request.limit;
        if (reply.more) return false;
        reply.revisions.push_back(row_of(revision));
        if (!request.fields) return true;
        WW_TRY(reply.revisions.back().summary,
               summary_of(std::move(revision), call.caller.is_admin));
        return true;
    };
    WW_TRY_VOID(journal->each({.names = *names,
                               .user = request.user,
                               .since = request.since,
                               .before = request.until,
                               .groups = request.fields},
                              take));
    return reply;
}

Result<protocol::BlameReply> blame(Call& call, const protocol::BlameRequest& request) {
    WW_TRY(Journal * journal, open_journal(call));
    WW_TRY(const auto snapshot, current(call.site));
    EntryId id{EntryKind::Node, request.name};
    auto fields = fields_now(snapshot->raw(), id);
    if (!fields) {
        id.kind = EntryKind::Profile;
        fields = fields_now(snapshot->raw(), id);
    }
    if (!fields)
        return Error(ErrorCode::NotFound, fmt::format("no node or profile: {}", request.name))
            .with_hint(entry_hint(snapshot->raw(), request.name));
    protocol::BlameReply reply;
    for (const FieldChange& field : *fields) {
        if (!is_meant(field.path, request.field)) continue;
        const bool hidden = field.is_secret && !call.caller.is_admin;
        reply.fields.push_back({field.path, hidden ? std::string(fields::kMask) : field.after, {}});
    }
    WW_TRY_VOID(find_revisions(*journal, id, request.field, reply.fields));
    if (reply.fields.empty() && !request.field.empty())
        return Error(ErrorCode::NotFound,
                     fmt::format("{} never had a field {}", request.name, request.field))
            .with_hint(field_hint(request.field));
    return reply;
}

Result<protocol::DiffReply> diff(Call& call, const protocol::DiffRequest& request) {
    WW_TRY(Journal * journal, open_journal(call));
    WW_TRY_VOID(check_reach(*journal, request.from));
    if (request.to != 0) WW_TRY_VOID(check_reach(*journal, request.to));
    const bool backwards = request.to != 0 && request.to < request.from;
    const int64_t first = backwards ? request.to : request.from;
    const int64_t last = backwards ? request.from : request.to;
    protocol::DiffReply reply;
    if (first == last) return reply;
    WW_TRY(auto revisions, journal->revisions({.after = first, .until = last, .texts = true}));
    std::vector<EntryChange> changes;
    std::vector<store::FileChange> files;
    for (auto revision = revisions.rbegin(); revision != revisions.rend(); ++revision) {
        changes.insert(changes.end(), revision->entries.begin(), revision->entries.end());
        files.insert(files.end(), revision->files.begin(), revision->files.end());
    }
    changes = store::joined(changes);
    files = store::joined(files);
    if (backwards) {
        changes = store::reversed(std::move(changes));
        files = store::reversed(std::move(files));
    }
    if (request.fields) {
        WW_TRY_VOID(add_fields(changes, call.caller.is_admin, reply));
        add_files(files, reply);
        return reply;
    }
    WW_TRY(reply.text, store::summarize(changes, call.caller.is_admin));
    if (!reply.text.empty() && !files.empty()) reply.text += "\n";
    reply.text += call.caller.is_admin ? store::text_diff(files) : store::describe(files);
    return reply;
}

}  // namespace ww::api
