// SPDX-License-Identifier: BSD-3-Clause
#include "api/conflict.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <set>

#include "nodes/hostlist.h"
#include "store/database.h"
#include "store/summary.h"

namespace ww::api {

namespace {

using store::EntryChange;
using store::EntryId;
using store::Revision;

/// More than that helps nobody decide.
constexpr size_t kShown = 5;

struct Since {
    bool known = false;  // the history reaches back so far
    std::vector<Revision> revisions;
};

Since changes_since(const Call& call, const std::string& digest, const std::vector<EntryId>& ids) {
    Since since;
    store::Journal* journal = call.site.database.journal();
    if (journal == nullptr) return since;
    const auto number = journal->number_of(digest);
    if (!number || *number == 0) return since;
    store::RevisionQuery query{.after = *number, .texts = true};
    for (const EntryId& id : ids) query.names.push_back(id.name);
    auto revisions = journal->revisions(query);
    if (!revisions) return since;
    since.known = true;
    const std::set<EntryId> asked(ids.begin(), ids.end());
    for (Revision& revision : *revisions) {
        std::erase_if(revision.entries,
                      [&](const EntryChange& entry) { return asked.count(entry.id) == 0; });
        if (!revision.entries.empty()) since.revisions.push_back(std::move(revision));
    }
    return since;
}

Error conflict(const Call& call, const Since& since, const std::vector<EntryId>& ids) {
    std::string text = "somebody else changed the same entries meanwhile";
    for (size_t i = 0; i < since.revisions.size() && i < kShown; ++i) {
        const Revision& revision = since.revisions[i];
        text += "\n  " + describe_revision(revision);
        const auto summary = store::summarize(revision.entries, call.caller.is_admin);
        std::string_view rest = summary ? std::string_view(*summary) : std::string_view();
        while (!rest.empty()) {
            const size_t end = std::min(rest.find('\n'), rest.size());
            if (end > 0) text += fmt::format("\n    {}", rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    if (since.revisions.size() > kShown)
        text += fmt::format("\n  and {} revisions before", since.revisions.size() - kShown);
    if (since.revisions.empty()) {
        std::vector<std::string> names;
        for (const EntryId& id : ids) names.push_back(id.name);
        text += fmt::format(" (among {}); the history does not tell how",
                            nodes::compress_hostlist(names));
    }
    return Error(ErrorCode::Conflict, std::move(text))
        .with_hint("nothing was saved; look at the changes again");
}

}  // namespace

ReadState ReadState::parse(std::string_view state) {
    const size_t dot = std::min(state.find('.'), state.size());
    const std::string_view effect = state.substr(std::min(dot + 1, state.size()));
    return {std::string(state.substr(0, dot)), std::string(effect)};
}

std::string ReadState::to_string() const { return effect.empty() ? digest : digest + "." + effect; }

std::string describe_revision(const Revision& revision) {
    const store::Author& author = revision.author;
    const auto seconds = static_cast<std::time_t>(revision.time);
    std::tm time{};
    ::gmtime_r(&seconds, &time);
    std::string out = fmt::format("revision {} of {:%Y-%m-%d %H:%M:%S} UTC", revision.number, time);
    if (!author.user.empty()) out += " by " + author.user;
    if (author.via == "hand edit" || author.via == "discovery") out += ", " + author.via;
    if (!author.command.empty()) out += ": " + author.command;
    return out;
}

Error conflict_since(const Call& call, const std::string& digest, const std::vector<EntryId>& ids) {
    return conflict(call, changes_since(call, digest, ids), ids);
}

Result<void> check_unchanged(const Call& call,
                             const std::string& digest,
                             const std::vector<EntryId>& ids) {
    if (digest.empty() || call.site.database.version().digest == digest) return {};
    const Since since = changes_since(call, digest, ids);
    if (since.known && since.revisions.empty()) return {};
    return conflict(call, since, ids);
}

protocol::RevisionRow row_of(const Revision& revision) {
    const store::Author& author = revision.author;
    return {revision.number,
            revision.time,
            author.via,
            author.uid,
            author.user,
            author.command,
            revision.undoes,
            revision.changed,
            ""};
}

}  // namespace ww::api
