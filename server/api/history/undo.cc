// SPDX-License-Identifier: BSD-3-Clause
//
// Undo: a revision taken back, as a change of its own.
#include <fmt/format.h>

#include <set>

#include "api/changes.h"
#include "api/conflict.h"
#include "api/handlers.h"
#include "api/history/revisions.h"
#include "api/overlays/record.h"
#include "api/plan/plan.h"
#include "api/tell.h"
#include "store/database.h"
#include "store/summary.h"
#include "store/undo.h"

namespace ww::api {

namespace {

using store::EntryChange;
using store::Journal;
using store::Revision;

/// The newest revision that did something and is not taken back.
Result<Revision> last_to_undo(Journal& journal) {
    std::set<int64_t> undone;
    int64_t last = 0;
    WW_TRY_VOID(journal.each({}, [&](const Revision& revision) {
        if (undone.count(revision.number) != 0) return true;
        if (revision.undoes != 0)
            undone.insert(revision.undoes);
        else if (!revision.changed.empty())
            last = revision.number;
        return last == 0;
    }));
    if (last == 0) return Error(ErrorCode::NotFound, "there is nothing to undo");
    return one_revision(journal, last);
}

/// Says by which later revision an entry is not any more what it was.
Error explain(const Error& error, Journal& journal, const Revision& undone) {
    if (error.code() != ErrorCode::Conflict) return error;
    std::string text = fmt::format("cannot undo revision {}: {}", undone.number, error.message());
    protocol::Names names;
    for (const EntryChange& entry : undone.entries) names.push_back(entry.id.name);
    for (const store::FileChange& file : undone.files) names.push_back(file.name());
    const auto later = journal.revisions({.names = names, .after = undone.number, .limit = 5});
    if (!later || later->empty()) return Error(error.code(), std::move(text));
    for (const Revision& revision : *later) text += "\n  by " + describe_revision(revision);
    return Error(error.code(), std::move(text))
        .with_hint(
            fmt::format("undo what came after it first (wwctl undo {}), or set the values by "
                        "hand; wwctl diff {} {} shows them",
                        later->front().number,
                        undone.number - 1,
                        undone.number));
}

/// A revision of an overlay's files.
Result<protocol::UndoReply> undo_files(Call& call,
                                       const protocol::UndoRequest& request,
                                       Journal& journal,
                                       const Revision& undone,
                                       protocol::UndoReply reply) {
    const std::vector<store::FileChange> changes = store::reversed(undone.files);
    reply.summary = store::describe(changes);
    if (request.dry_run) {
        if (const auto can = check_files(call, changes); !can)
            return explain(can.error(), journal, undone);
        if (call.plan != nullptr) call.plan->files = changes;
        return reply;
    }
    const auto made = apply_files(call, changes, undone.number);
    if (!made) return explain(made.error(), journal, undone);
    reply.made = *made;
    return reply;
}

}  // namespace

Result<protocol::UndoReply> undo(Call& call, const protocol::UndoRequest& request) {
    WW_TRY(Journal * journal, open_journal(call));
    WW_TRY(
        const Revision undone,
        request.revision == 0 ? last_to_undo(*journal) : one_revision(*journal, request.revision));
    if (undone.entries.empty() && undone.files.empty())
        return Error(ErrorCode::FailedPrecondition,
                     fmt::format("revision {} changed no node, profile or overlay", undone.number));
    protocol::UndoReply reply;
    reply.undone = row_of(undone);
    // What is taken back is named by its number, whatever else changed meanwhile.
    reply.state = ReadState{"", fmt::to_string(undone.number)}.to_string();
    if (!request.confirmed.empty() && request.confirmed != reply.state)
        return Error(ErrorCode::Conflict,
                     fmt::format("the last revision is {} by now", undone.number))
            .with_hint("nothing was undone; look at it again, or name the revision");
    if (!undone.files.empty()) return undo_files(call, request, *journal, undone, std::move(reply));
    const std::vector<EntryChange> changes = store::reversed(undone.entries);
    WW_TRY(reply.summary, store::summarize(changes, call.caller.is_admin));
    if (request.dry_run) {
        WW_TRY(const auto snapshot, current(call.site));
        nodes::Registry copy = snapshot->raw();
        if (const auto applied = store::apply_changes(copy, changes); !applied)
            return explain(applied.error(), *journal, undone);
        if (call.plan != nullptr) call.plan->registry = std::move(copy);
        return reply;
    }
    const auto apply = [&](nodes::Registry& registry) {
        return store::apply_changes(registry, changes);
    };
    const auto commit = call.site.database.commit(
        apply,
        store::Form::Keep,
        {.author = author_of(call.caller), .undoes = undone.number, .wording = changes});
    if (!commit) return explain(commit.error(), *journal, undone);
    tell_of(call, *commit, Told::Nothing);
    reply.made = commit->revision;
    return reply;
}

}  // namespace ww::api
