// SPDX-License-Identifier: BSD-3-Clause
#include "api/history/revisions.h"

#include <fmt/format.h>

#include "store/database.h"

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

}  // namespace ww::api
