// SPDX-License-Identifier: BSD-3-Clause
#include "api/changes.h"

#include <fmt/format.h>

#include "api/conflict.h"
#include "api/plan/plan.h"
#include "api/tell.h"
#include "base/digest.h"
#include "base/quote.h"
#include "nodes/diff.h"
#include "nodes/hostlist.h"
#include "store/database.h"

namespace ww::api {

namespace {

nodes::SharedMap<std::string, nodes::Node>& entries(nodes::Registry& registry, const nodes::Node*) {
    return registry.nodes;
}
nodes::SharedMap<std::string, nodes::Profile>& entries(nodes::Registry& registry,
                                                       const nodes::Profile*) {
    return registry.profiles;
}

/// Counts and describes `changed`, seen from `before`. Returns what the summary says, in short.
template <class Entry>
std::string describe(const nodes::Registry& before,
                     const Changed<Entry>& changed,
                     protocol::ChangeReply& reply) {
    static const Entry kNone;
    const nodes::SharedMap<std::string, Entry>& old = entries_of<Entry>(before);
    std::map<std::string, std::vector<nodes::FieldChange>> changes;
    std::string created;  // an entry without fields has no line in the summary
    for (const auto& [name, entry] : changed) {
        const auto it = old.find(name);
        auto fields = nodes::diff(it == old.end() ? kNone : it->second, entry ? *entry : kNone);
        if (it == old.end() && entry) {
            ++reply.added;
            created += name + "\n";
        } else if (it != old.end() && !entry) {
            ++reply.deleted;
            created += name + "\n";
        } else if (!fields.empty()) {
            ++reply.updated;
        }
        if (!fields.empty()) changes[name] = std::move(fields);
    }
    reply.summary = nodes::format_changes(std::move(changes));
    return sha256_hex(reply.summary + "\n" + created);
}

template <class Entry>
std::vector<store::EntryId> ids_of(const Changed<Entry>& changed) {
    std::vector<store::EntryId> ids;
    for (const auto& [name, entry] : changed) ids.push_back({nodes::kKindOf<Entry>, name});
    return ids;
}

/// Names the state of the file and what the change does to it, if that is still what was confirmed
/// and nobody changed what the client read. Errors: Conflict.
Result<void> confirm(const Call& call,
                     const Confirmation& confirmation,
                     const std::string& effect,
                     const std::vector<store::EntryId>& ids,
                     protocol::ChangeReply& reply) {
    reply.state = ReadState{call.site.database.version().digest, effect}.to_string();
    const ReadState was = ReadState::parse(confirmation.state);
    if (was.digest.empty()) return {};
    if (was.effect.empty()) return check_unchanged(call, was.digest, ids);
    if (was.effect == effect) return {};
    return conflict_since(call, was.digest, ids);
}

template <class Entry>
Changed<Entry> differences(const nodes::Registry& before, const nodes::Registry& after) {
    Changed<Entry> changed;
    using Entries = nodes::SharedMap<std::string, Entry>;
    Entries::compare(
        entries_of<Entry>(before), entries_of<Entry>(after), [&](const auto& was, const auto& is) {
            if (!is)
                changed[was->first] = std::nullopt;
            else if (!was || !(was->second == is->second))
                changed[is->first] = is->second;
        });
    return changed;
}

/// One kind's part of the summary: what comes and goes by name, then what changes in the others.
/// Adds the entries to `ids`, returns what the part says in short.
template <class Entry>
std::string add_part(const nodes::Registry& before,
                     const nodes::Registry& after,
                     std::string_view title,
                     std::vector<store::EntryId>& ids,
                     protocol::ChangeReply& all) {
    Changed<Entry> changed = differences<Entry>(before, after);
    if (changed.empty()) return {};
    for (const store::EntryId& id : ids_of(changed)) ids.push_back(id);
    const auto& old = entries_of<Entry>(before);
    std::vector<std::string> added, deleted;
    for (const auto& [name, entry] : changed) {
        if (!entry) deleted.push_back(name);
        if (entry && old.count(name) == 0) added.push_back(name);
    }
    protocol::ChangeReply part;
    std::string effect = describe(before, changed, part);
    all.added += part.added;
    all.deleted += part.deleted;
    all.updated += part.updated;
    if (!deleted.empty()) {
        // What a deleted entry held is in the file until then; a line per field would hide the
        // rest.
        for (const std::string& name : deleted) changed.erase(name);
        (void)describe(before, changed, part);
    }
    all.summary += fmt::format("{}:\n", title);
    if (!added.empty())
        all.summary += fmt::format("  added: {}\n", nodes::compress_hostlist(added));
    if (!deleted.empty())
        all.summary += fmt::format("  deleted: {}\n", nodes::compress_hostlist(deleted));
    all.summary += part.summary;
    return effect;
}

template <class Entry>
void put(Changed<Entry>& changed, nodes::Registry& registry) {
    auto& target = entries(registry, static_cast<const Entry*>(nullptr));
    for (auto& [name, entry] : changed) {
        if (entry)
            target[name] = std::move(*entry);
        else
            target.erase(name);
    }
}

struct Described {
    std::string effect;
    std::vector<store::EntryId> ids;
};

Described describe_all(const nodes::Registry& before,
                       const nodes::Registry& after,
                       protocol::ChangeReply& reply) {
    Described all;
    const std::string profiles =
        add_part<nodes::Profile>(before, after, "profiles", all.ids, reply);
    all.effect =
        sha256_hex(profiles + add_part<nodes::Node>(before, after, "nodes", all.ids, reply));
    return all;
}

/// Commits for whoever calls, and passes on what went well in a way worth telling.
Result<void> commit(Call& call, const Confirmation& confirmation, const store::Change& apply) {
    const auto form = confirmation.rewrite ? store::Form::Anew : store::Form::Keep;
    WW_TRY(const store::Commit commit,
           call.site.database.commit(apply, form, {.author = author_of(call.caller)}));
    // Who looked before has seen what the change refers to.
    tell_of(call, commit, confirmation.state.empty() ? Told::Nothing : Told::References);
    return {};
}

constexpr size_t kLongest = 255;  // NAME_MAX

/// What is wrong with it; nothing if it is a name.
std::string_view fault_of_name(std::string_view name) {
    if (name.empty()) return "it is empty";
    if (name.size() > kLongest) return "it is longer than 255 bytes";
    if (name == "." || name == "..") return "that is another folder";
    for (const char c : name) {
        if (c == '/') return "it has a \"/\" in it";
        if (c == ' ') return "it has a blank in it";
        if (static_cast<unsigned char>(c) < ' ' || c == 0x7f)
            return "it has a control character in it";
    }
    return {};
}

/// A node's overlays and files are kept in a folder of its name, and the name stands in URLs,
/// kernel arguments and templates. Errors: InvalidArgument, with the reason.
Result<void> check_new_name(fields::EntryKind kind, std::string_view name) {
    const std::string_view why = fault_of_name(name);
    if (why.empty()) return {};
    return Error(ErrorCode::InvalidArgument,
                 fmt::format("{} cannot be the name of a {}, since it names a folder: {}",
                             quote(name),
                             to_string(kind),
                             why));
}

/// Of what is new only: what is there already must stay editable.
template <class Entry>
Result<void> check_names(const nodes::Registry& before, const Changed<Entry>& changed) {
    for (const auto& [name, entry] : changed)
        if (entry && !entries_of<Entry>(before).contains(name))
            WW_TRY_VOID(check_new_name(nodes::kKindOf<Entry>, name));
    return {};
}

Result<void> check_names(const nodes::Registry& before, const nodes::Registry& after) {
    WW_TRY_VOID(check_names(before, differences<nodes::Profile>(before, after)));
    return check_names(before, differences<nodes::Node>(before, after));
}

/// What would be odd about `after`, for whoever looks before he changes.
void preview_references(Call& call, const nodes::Snapshot& before, nodes::Registry after) {
    const auto built = nodes::Snapshot::build(std::move(after), {}, before.generation(), &before);
    // Else saving it will tell why not.
    if (built) note_references(call, before, **built);
}

}  // namespace

Result<std::shared_ptr<const nodes::Snapshot>> current(const Site& site) {
    WW_TRY_VOID(site.database.reload());
    return site.database.snapshot();
}

template <class Entry>
Result<protocol::ChangeReply> change(Call& call,
                                     const Confirmation& confirmation,
                                     const Edit<Entry>& edit) {
    protocol::ChangeReply reply;
    if (confirmation.dry_run || call.plan != nullptr) {
        WW_TRY_VOID(call.site.database.reload());
        const store::Version now = call.site.database.version();
        WW_TRY(Changed<Entry> changed, edit(now.snapshot->raw(), reply));
        WW_TRY_VOID(check_names(now.snapshot->raw(), changed));
        const std::string effect = describe(now.snapshot->raw(), changed, reply);
        reply.state = ReadState{now.digest, effect}.to_string();
        nodes::Registry after = now.snapshot->raw();
        put(changed, after);
        if (call.plan != nullptr) call.plan->registry = after;
        preview_references(call, *now.snapshot, std::move(after));
        return reply;
    }
    const auto apply = [&](nodes::Registry& registry) -> Result<void> {
        reply = {};
        WW_TRY(Changed<Entry> changed, edit(registry, reply));
        WW_TRY_VOID(check_names(registry, changed));
        const std::string effect = describe(registry, changed, reply);
        WW_TRY_VOID(confirm(call, confirmation, effect, ids_of(changed), reply));
        put(changed, registry);
        return {};
    };
    WW_TRY_VOID(commit(call, confirmation, apply));
    return reply;
}

Result<protocol::ChangeReply> change_all(Call& call,
                                         const Confirmation& confirmation,
                                         const RegistryEdit& edit) {
    protocol::ChangeReply reply;
    if (confirmation.dry_run || call.plan != nullptr) {
        WW_TRY_VOID(call.site.database.reload());
        const store::Version now = call.site.database.version();
        WW_TRY(nodes::Registry after, edit(now.snapshot->raw(), reply));
        WW_TRY_VOID(check_names(now.snapshot->raw(), after));
        const Described all = describe_all(now.snapshot->raw(), after, reply);
        reply.state = ReadState{now.digest, all.effect}.to_string();
        if (call.plan != nullptr) call.plan->registry = after;
        preview_references(call, *now.snapshot, std::move(after));
        return reply;
    }
    const auto apply = [&](nodes::Registry& registry) -> Result<void> {
        reply = {};
        WW_TRY(nodes::Registry after, edit(registry, reply));
        WW_TRY_VOID(check_names(registry, after));
        const Described all = describe_all(registry, after, reply);
        WW_TRY_VOID(confirm(call, confirmation, all.effect, all.ids, reply));
        registry = std::move(after);
        return {};
    };
    WW_TRY_VOID(commit(call, confirmation, apply));
    return reply;
}

template Result<protocol::ChangeReply> change(Call&, const Confirmation&, const Edit<nodes::Node>&);
template Result<protocol::ChangeReply> change(Call&,
                                              const Confirmation&,
                                              const Edit<nodes::Profile>&);

}  // namespace ww::api
