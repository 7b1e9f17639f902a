// SPDX-License-Identifier: BSD-3-Clause
//
// How the archives of nodes stand, and what keeping rendered files saved.
#include "overlay/statistics.h"

#include <map>
#include <tuple>

#include "api/changes.h"
#include "api/overlays/node_files.h"
#include "nodes/hostlist.h"

namespace ww::api {

namespace {

using overlay::ArchiveState;

std::string_view state_word(ArchiveState::Is state) {
    switch (state) {
        case ArchiveState::Is::NeverRequested:
            return "never requested";
        case ArchiveState::Is::Current:
            return "current";
        case ArchiveState::Is::Stale:
            return "stale";
        case ArchiveState::Is::Failing:
            return "failing";
        case ArchiveState::Is::Unforeseeable:
            return "unforeseeable";
        case ArchiveState::Is::Frozen:
            break;
    }
    return "frozen";
}

/// Worst first.
int badness(ArchiveState::Is state) {
    using Is = ArchiveState::Is;
    constexpr Is kOrder[] = {
        Is::Failing, Is::Unforeseeable, Is::Stale, Is::NeverRequested, Is::Frozen, Is::Current};
    return static_cast<int>(std::ranges::find(kOrder, state) - std::begin(kOrder));
}

}  // namespace

Result<protocol::OverlayStatusReply> overlay_status(Call& call, const protocol::Nothing&) {
    WW_TRY(const auto snapshot, current(call.site));
    const overlay::Statistics now = call.site.overlays.statistics(snapshot);
    protocol::OverlayStatusReply reply{.running = call.site.boot != nullptr,
                                       .renders = static_cast<int64_t>(now.renders),
                                       .failed = static_cast<int64_t>(now.failed),
                                       .as_before = static_cast<int64_t>(now.as_before),
                                       .renders_saved = static_cast<int64_t>(now.renders_saved),
                                       .bytes_saved = static_cast<int64_t>(now.bytes_saved),
                                       .looked_at = static_cast<int64_t>(now.looked_at),
                                       .files = static_cast<int64_t>(now.files),
                                       .bytes = static_cast<int64_t>(now.bytes),
                                       .limit_bytes = static_cast<int64_t>(now.limit_bytes),
                                       .disk_bytes = static_cast<int64_t>(now.disk_bytes)};
    using Key = std::tuple<int, std::string_view, overlay::Context, std::string, bool>;
    std::map<Key, std::vector<std::string>> groups;
    for (const ArchiveState& each : now.archives)
        groups
            [{badness(each.is), state_word(each.is), each.context, each.why, each.keeps_last_good}]
                .push_back(each.node);
    for (const auto& [key, names] : groups) {
        const auto& [order, state, context, why, keeps_last_good] = key;
        reply.archives.push_back({.state = std::string(state),
                                  .context = std::string(to_string(context)),
                                  .nodes = nodes::compress_hostlist(names),
                                  .count = std::ssize(names),
                                  .why = why,
                                  .keeps_last_good = keeps_last_good});
    }
    return reply;
}

}  // namespace ww::api
