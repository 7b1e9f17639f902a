// SPDX-License-Identifier: BSD-3-Clause
//
// Undo: a revision taken back, as a change of its own.
#include <fmt/format.h>

#include <set>

#include "api/changes.h"
#include "api/conflict.h"
#include "api/handlers.h"
#include "api/revisions.h"
#include "api/tell.h"
#include "store/database.h"
#include "store/history.h"

namespace ww::api {

namespace {

using store::EntryChange;
using store::Journal;
using store::Revision;

/// The newest revision that did something and is not taken back.
Result<Revision> last_to_undo(Journal& journal) {
    WW_TRY(const auto revisions, journal.revisions({}));
    std::set<int64_t> undone;
    for (const Revision& revision : revisions) {
        if (undone.count(revision.number) != 0) continue;
        if (revision.undoes != 0)
            undone.insert(revision.undoes);
        else if (!revision.entries.empty())
            return one_revision(journal, revision.number);
    }
    return Error(ErrorCode::NotFound, "there is nothing to undo");
}

/// Says by which later revision an entry is not any more what it was.
Error explain(const Error& error, Journal& journal, const Revision& undone) {
    if (error.code() != ErrorCode::Conflict) return error;
    std::string text = fmt::format("cannot undo revision {}: {}", undone.number, error.message());
    protocol::Names names;
    for (const EntryChange& entry : undone.entries) names.push_back(entry.id.name);
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

}  // namespace

Result<protocol::UndoReply> undo(Call& call, const protocol::UndoRequest& request) {
    WW_TRY(Journal * journal, open_journal(call));
    WW_TRY(
        const Revision undone,
        request.revision == 0 ? last_to_undo(*journal) : one_revision(*journal, request.revision));
    if (undone.entries.empty())
        return Error(ErrorCode::FailedPrecondition,
                     fmt::format("revision {} changed no node or profile", undone.number));
    const std::vector<EntryChange> changes = store::reversed(undone.entries);
    protocol::UndoReply reply;
    reply.undone = row_of(undone);
    WW_TRY(reply.summary, store::summarize(changes, call.caller.is_admin));
    // What is taken back is named by its number, whatever else changed meanwhile.
    reply.state = ReadState{"", fmt::to_string(undone.number)}.to_string();
    if (!request.confirmed.empty() && request.confirmed != reply.state)
        return Error(ErrorCode::Conflict,
                     fmt::format("the last revision is {} by now", undone.number))
            .with_hint("nothing was undone; look at it again, or name the revision");
    if (request.dry_run) {
        WW_TRY(const auto snapshot, current(call.site));
        nodes::Registry copy = snapshot->raw();
        if (const auto applied = store::apply_changes(copy, changes); !applied)
            return explain(applied.error(), *journal, undone);
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
