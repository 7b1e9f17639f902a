// SPDX-License-Identifier: BSD-3-Clause
//
// Profiles: lists, documents, changes. Their names are taken literally, and what is shown is their
// own.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "api/changes.h"
#include "api/convert.h"
#include "api/entries.h"
#include "api/handlers.h"
#include "api/suggest.h"
#include "base/json_text.h"
#include "nodes/emit.h"
#include "nodes/field_lister.h"
#include "nodes/hostlist.h"
#include "nodes/set.h"
#include "nodes/unset.h"
#include "store/database.h"

namespace ww::api {

namespace {

using nodes::Profile;
using nodes::Registry;
using protocol::ChangeReply;
using protocol::Names;

constexpr const char* kDefault = "default";

/// Upstream splits the first word of `profile list` at its commas.
Names split_first(const Names& names) {
    Names out;
    if (names.empty()) return out;
    std::string_view rest = names.front();
    while (true) {
        const size_t comma = std::min(rest.find(','), rest.size());
        if (comma > 0) out.emplace_back(rest.substr(0, comma));
        if (comma == rest.size()) break;
        rest.remove_prefix(comma + 1);
    }
    out.insert(out.end(), names.begin() + 1, names.end());
    return out;
}

/// Those of `names`, or all if there are none. Unknown names are left out, and said.
std::map<std::string, Profile> pick(Call& call, const Registry& registry, const Names& names) {
    const Names wanted = split_first(names);
    std::map<std::string, Profile> chosen;
    if (wanted.empty()) chosen.insert(registry.profiles.begin(), registry.profiles.end());
    for (const std::string& name : wanted)
        if (const auto it = registry.profiles.find(name); it != registry.profiles.end())
            chosen.insert(*it);
        else
            call.note({"warn",
                       with_hint(fmt::format("no such profile: {}", name),
                                 profile_hint(registry, name))});
    return chosen;
}

void select_profiles(const Registry& registry, const Names& names, ChangeReply& reply) {
    std::set<std::string> seen;
    for (const std::string& name : names) {
        if (!seen.insert(name).second) continue;
        (registry.profiles.count(name) != 0 ? reply.selected : reply.missing).push_back(name);
    }
    suggest_profiles(registry, reply);
}

/// Takes a profile that goes out of the lists of those that inherit from it, and says from which.
void drop_references(Registry& registry, const std::string& profile, Names& warnings) {
    const auto is_reference = [&](const std::string& item) {
        return item == profile || item == "~" + profile;
    };
    const auto drop = [&](auto& entries) {
        Names users;
        const auto before = entries;
        for (const auto& [name, entry] : before) {
            if (std::none_of(entry.profiles.begin(), entry.profiles.end(), is_reference)) continue;
            std::erase_if(entries[name].profiles, is_reference);
            users.push_back(name);
        }
        return users;
    };
    const Names profiles = drop(registry.profiles);
    const Names nodes = drop(registry.nodes);
    const auto say = [&](std::string_view noun, const Names& names) {
        if (!names.empty())
            warnings.push_back(fmt::format(
                "{} is also taken out of {} {}", profile, noun, nodes::compress_hostlist(names)));
    };
    say("profiles", profiles);
    say("nodes", nodes);
}

}  // namespace

Result<protocol::Table> profile_table(Call& call, const protocol::ListRequest& request) {
    WW_TRY(const auto snapshot, current(call.site));
    const auto profiles = pick(call, snapshot->raw(), request.names);
    protocol::Table table;
    if (request.form == "all") {
        table.columns = {"PROFILE", "FIELD", "VALUE"};
        for (const auto& [name, profile] : profiles)
            for (const nodes::FieldValue& field : nodes::profile_fields(profile))
                table.rows.push_back({name, field.name, shown(field, call.caller)});
        return table;
    }
    table.columns = {"PROFILE NAME", "COMMENT/DESCRIPTION"};
    for (const auto& [name, profile] : profiles) table.rows.push_back({name, profile.comment});
    return table;
}

Result<protocol::Document> profile_document(Call& call, const protocol::ListRequest& request) {
    if (request.form == "skeleton") return protocol::Document{skeleton(fields::EntryKind::Profile)};
    WW_TRY_VOID(call.site.database.reload());
    const auto [snapshot, digest] = call.site.database.version();
    auto profiles = pick(call, snapshot->raw(), request.names);
    for (auto& [name, profile] : profiles) profile = masked(std::move(profile), call.caller);
    if (request.form == "json") {
        std::string text = "{";
        for (const auto& [name, profile] : profiles)
            text += fmt::format("{}{}:{}",
                                text.size() > 1 ? "," : "",
                                json_quote(name),
                                nodes::profile_json(profile));
        return protocol::Document{text + "}"};
    }
    return protocol::Document{nodes::emit_profiles(profiles, request.form == "yaml" ? 4 : 2),
                              digest};
}

Result<ChangeReply> profile_add(Call& call, const protocol::AddRequest& request) {
    WW_TRY(const nodes::SetEdit edit, nodes::SetEdit::of(set_request(request.edit)));
    return change<Profile>(
        call,
        {request.dry_run, "", request.rewrite},
        [&](const Registry& registry, ChangeReply& reply) -> Result<Changed<Profile>> {
            Profile model;
            WW_TRY_VOID(edit.apply(model));
            Changed<Profile> added;
            for (const std::string& name : request.names) {
                if (registry.profiles.count(name) != 0 || added.count(name) != 0)
                    return Error(ErrorCode::AlreadyExists,
                                 fmt::format("profile with name {} already exists", name));
                added[name] = model;
                reply.selected.push_back(name);
            }
            return added;
        });
}

Result<ChangeReply> profile_set(Call& call, const protocol::SetRequest& request) {
    if (request.names.empty()) return Error(ErrorCode::InvalidArgument, "no profiles specified");
    WW_TRY(const nodes::SetEdit edit, nodes::SetEdit::of(set_request(request.edit)));
    return change<Profile>(
        call,
        {request.dry_run, request.state, request.rewrite},
        [&](const Registry& registry, ChangeReply& reply) -> Result<Changed<Profile>> {
            select_profiles(registry, request.names, reply);
            return set_all<Profile>(registry, edit, reply);
        });
}

Result<ChangeReply> profile_unset(Call& call, const protocol::UnsetRequest& request) {
    WW_TRY(const nodes::UnsetEdit edit, nodes::UnsetEdit::of(unset_request(request)));
    return change<Profile>(
        call,
        {request.dry_run, request.state, request.rewrite},
        [&](const Registry& registry, ChangeReply& reply) -> Result<Changed<Profile>> {
            select_profiles(registry, request.names, reply);
            return unset_all<Profile>(registry, edit, request.skip_unknown, reply);
        });
}

Result<ChangeReply> profile_delete(Call& call, const protocol::DeleteRequest& request) {
    if (std::find(request.names.begin(), request.names.end(), kDefault) != request.names.end())
        return Error(ErrorCode::InvalidArgument, "can't delete the `default` profile");
    return change_all(call,
                      {request.dry_run, request.state, request.rewrite},
                      [&](const Registry& registry, ChangeReply& reply) -> Result<Registry> {
                          select_profiles(registry, request.names, reply);
                          Registry after = registry;
                          for (const std::string& name : reply.selected) {
                              after.profiles.erase(name);
                              drop_references(after, name, reply.warnings);
                          }
                          return after;
                      });
}

Result<ChangeReply> profile_import(Call& call, const protocol::ImportRequest& request) {
    return import_entries<Profile>(call, request);
}

}  // namespace ww::api
