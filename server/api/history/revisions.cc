// SPDX-License-Identifier: BSD-3-Clause
#include "api/history/revisions.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "api/conflict.h"
#include "store/database.h"
#include "store/summary.h"

namespace ww::api {

Result<store::Journal*> open_journal(const Call& call) {
    store::Journal* journal = call.site.database.journal();
    if (journal == nullptr) return Error(ErrorCode::FailedPrecondition, "no history is kept");
    (void)call.site.database.record();
    return journal;
}

Result<store::Revision> one_revision(store::Journal& journal, int64_t number) {
    WW_TRY(auto found,
           journal.revisions({.after = number - 1, .until = number, .limit = 1, .texts = true}));
    if (found.empty())
        return Error(ErrorCode::NotFound, fmt::format("there is no revision {}", number))
            .with_hint("wwctl history lists them; old ones are dropped in time");
    return std::move(found.front());
}

bool is_meant(std::string_view path, std::string_view field) {
    if (field.starts_with("--")) field.remove_prefix(2);
    if (field.empty() || path == field) return true;
    if (path.starts_with(field) && (path[field.size()] == '.' || path[field.size()] == '['))
        return true;
    const size_t dot = path.rfind('.');
    return dot != std::string_view::npos && path.substr(dot + 1) == field;
}

Result<void> find_revisions(store::Journal& journal,
                            const store::EntryId& id,
                            std::string_view field,
                            std::vector<protocol::BlameRow>& rows) {
    std::set<std::string> found;
    const auto take = [&](const store::Revision& revision) -> Result<bool> {
        for (const store::EntryChange& entry : revision.entries) {
            if (entry.id != id) continue;
            WW_TRY(const auto changes, store::field_changes(entry, /*secrets=*/false));
            for (const nodes::FieldChange& change : changes) {
                if (!is_meant(change.path, field) || !found.insert(change.path).second) continue;
                const auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& each) {
                    return each.field == change.path;
                });
                if (row != rows.end())
                    row->revision = row_of(revision);
                else if (!field.empty())
                    rows.push_back({change.path, "", row_of(revision)});
            }
            // What was there before it was made is another entry's past.
            if (!entry.before) return false;
        }
        return true;
    };
    return journal.each({.names = {id.name}, .texts = true}, take);
}

Result<void> check_reach(store::Journal& journal, int64_t number) {
    WW_TRY(const auto reach, journal.reach());
    const auto [oldest, newest] = reach;
    if (newest == 0) return Error(ErrorCode::NotFound, "the history is empty");
    if (number < oldest - 1 || number > newest)
        return Error(
            ErrorCode::NotFound,
            fmt::format(
                "there is no revision {}; the history holds {} to {}", number, oldest, newest));
    return {};
}

}  // namespace ww::api
