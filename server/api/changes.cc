// SPDX-License-Identifier: BSD-3-Clause
#include "api/changes.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "store/database.h"
#include "store/diff.h"
#include "store/hostlist.h"

namespace ww::api {

namespace {

store::SharedMap<std::string, store::Node>& entries(store::Registry& registry, const store::Node*) {
    return registry.nodes;
}
store::SharedMap<std::string, store::Profile>& entries(store::Registry& registry, const store::Profile*) {
    return registry.profiles;
}

/// Counts and describes `changed`, seen from `before`.
template <class Entry>
void describe(const store::Registry& before,
              const Changed<Entry>& changed,
              protocol::ChangeReply& reply) {
    const store::SharedMap<std::string, Entry>& old = entries_of<Entry>(before);
    std::map<std::string, std::vector<store::FieldChange>> changes;
    std::string created;  // an entry without fields has no line in the summary
    for (const auto& [name, entry] : changed) {
        const auto it = old.find(name);
        const Entry was = it == old.end() ? Entry() : it->second;
        auto fields = store::diff(was, entry ? *entry : Entry());
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
    reply.summary = store::format_changes(changes);
    reply.revision = sha256_hex(reply.summary + "\n" + created);
}

template <class Entry>
Changed<Entry> differences(const store::Registry& before, const store::Registry& after) {
    Changed<Entry> changed;
    using Entries = store::SharedMap<std::string, Entry>;
    Entries::compare(entries_of<Entry>(before), entries_of<Entry>(after),
                     [&](const auto& was, const auto& is) {
                         if (!is)
                             changed[was->first] = std::nullopt;
                         else if (!was || !(was->second == is->second))
                             changed[is->first] = is->second;
                     });
    return changed;
}

/// One kind's part of the summary: what comes and goes by name, then what changes in the others.
template <class Entry>
void add_part(const store::Registry& before,
              const store::Registry& after,
              std::string_view title,
              protocol::ChangeReply& all) {
    Changed<Entry> changed = differences<Entry>(before, after);
    if (changed.empty()) return;
    const auto& old = entries_of<Entry>(before);
    std::vector<std::string> added, deleted;
    for (const auto& [name, entry] : changed) {
        if (!entry) deleted.push_back(name);
        if (entry && old.count(name) == 0) added.push_back(name);
    }
    protocol::ChangeReply part;
    describe(before, changed, part);
    all.added += part.added;
    all.deleted += part.deleted;
    all.updated += part.updated;
    all.revision = sha256_hex(all.revision + part.revision);
    // What a deleted entry held is in the file until then; a line per field would hide the rest.
    for (const std::string& name : deleted) changed.erase(name);
    protocol::ChangeReply shown;
    describe(before, changed, shown);
    all.summary += fmt::format("{}:\n", title);
    if (!added.empty())
        all.summary += fmt::format("  added: {}\n", store::compress_hostlist(added));
    if (!deleted.empty())
        all.summary += fmt::format("  deleted: {}\n", store::compress_hostlist(deleted));
    all.summary += shown.summary;
}

void describe_all(const store::Registry& before,
                  const store::Registry& after,
                  protocol::ChangeReply& reply) {
    add_part<store::Profile>(before, after, "profiles", reply);
    add_part<store::Node>(before, after, "nodes", reply);
}

Error changed_meanwhile() {
    return Error(ErrorCode::Conflict, "somebody else changed the same entries meanwhile")
        .with_hint("nothing was saved; look at the changes again");
}

}  // namespace

Result<std::shared_ptr<const store::Snapshot>> current(const Site& site) {
    WW_TRY_VOID(site.database.reload());
    return site.database.snapshot();
}

template <class Entry>
Result<protocol::ChangeReply> change(Call& call,
                                     const Confirmation& confirmation,
                                     const Edit<Entry>& edit) {
    protocol::ChangeReply reply;
    if (confirmation.dry_run) {
        WW_TRY(const auto snapshot, current(call.site));
        WW_TRY(const Changed<Entry> changed, edit(snapshot->raw(), reply));
        describe(snapshot->raw(), changed, reply);
        return reply;
    }
    const auto apply = [&](store::Registry& registry) -> Result<void> {
        reply = {};
        WW_TRY(Changed<Entry> changed, edit(registry, reply));
        describe(registry, changed, reply);
        if (!confirmation.revision.empty() && confirmation.revision != reply.revision)
            return changed_meanwhile();
        auto& target = entries(registry, static_cast<const Entry*>(nullptr));
        for (auto& [name, entry] : changed) {
            if (entry)
                target[name] = std::move(*entry);
            else
                target.erase(name);
        }
        return {};
    };
    const auto form = confirmation.rewrite ? store::Form::Anew : store::Form::Keep;
    WW_TRY(const store::Commit commit, call.site.database.commit(apply, form));
    (void)commit;
    return reply;
}

Result<protocol::ChangeReply> change_all(Call& call,
                                         const Confirmation& confirmation,
                                         const RegistryEdit& edit) {
    protocol::ChangeReply reply;
    if (confirmation.dry_run) {
        WW_TRY(const auto snapshot, current(call.site));
        WW_TRY(const store::Registry after, edit(snapshot->raw(), reply));
        describe_all(snapshot->raw(), after, reply);
        return reply;
    }
    const auto apply = [&](store::Registry& registry) -> Result<void> {
        reply = {};
        WW_TRY(store::Registry after, edit(registry, reply));
        describe_all(registry, after, reply);
        if (!confirmation.revision.empty() && confirmation.revision != reply.revision)
            return changed_meanwhile();
        registry = std::move(after);
        return {};
    };
    const auto form = confirmation.rewrite ? store::Form::Anew : store::Form::Keep;
    WW_TRY(const store::Commit commit, call.site.database.commit(apply, form));
    (void)commit;
    return reply;
}

template Result<protocol::ChangeReply> change(Call&, const Confirmation&, const Edit<store::Node>&);
template Result<protocol::ChangeReply> change(Call&,
                                              const Confirmation&,
                                              const Edit<store::Profile>&);

}  // namespace ww::api
