// SPDX-License-Identifier: BSD-3-Clause
#include "api/tell.h"

#include <fmt/format.h>

#include "api/references.h"
#include "base/log.h"

namespace ww::api {

namespace {

/// Of one change; the rest is in `wwctl server status`.
constexpr size_t kLines = 10;

}  // namespace

void note_references(Call& call, const nodes::Snapshot& before, const nodes::Snapshot& after) {
    for (const std::string& line : odd_references(call.site, before, after, kLines))
        call.note({"warn", line});
}

void tell_of(Call& call, const store::Commit& commit, Told told) {
    if (commit.revision != 0)
        call.note({"debug", fmt::format("saved as revision {}", commit.revision)});
    for (const std::string& warning : commit.warnings) call.note({"warn", warning});
    for (const std::string& line :
         odd_references(call.site, *commit.before, *commit.after, kLines)) {
        if (told == Told::Nothing) call.note({"warn", line});
        // A private wwd has no log but its caller's terminal.
        if (call.site.boot != nullptr) log::warn("store.warning {}", line);
    }
}

}  // namespace ww::api
