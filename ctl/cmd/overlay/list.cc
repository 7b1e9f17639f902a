// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl overlay list.
#include <fmt/format.h>

#include "ctl/cmd/handlers.h"
#include "ctl/json.h"

namespace ww::ctl::cmd {

namespace {

using protocol::OverlayEntry;
using protocol::OverlayInfo;

/// "-rw-r--r--": the type is never shown.
std::string mode_text(int64_t mode) {
    std::string text = "-";
    for (int bit = 8; bit >= 0; --bit) text += (mode >> bit & 1) != 0 ? "xwr"[bit % 3] : '-';
    return text;
}

}  // namespace

Result<int> overlay_list(Context& context) {
    const FlagValues& flags = context.flags();
    const bool paths = flags.is_true("path");
    WW_TRY(const auto reply, context.call(protocol::route::OverlayList{}, {context.arguments()}));
    if (flags.is_true("json")) {
        print_json(context.output(), protocol::route::OverlayList{}, reply);
        return 0;
    }
    const auto site = [&](const OverlayInfo& overlay) {
        return paths ? overlay.folder : std::string(overlay.is_site ? "true" : "false");
    };
    const std::string last = paths ? "PATH" : "SITE";
    protocol::Table table;
    if (flags.is_true("long")) {
        table.columns = {"PERM MODE", "UID", "GID", "OVERLAY", "FILE PATH", last};
        for (const OverlayInfo& overlay : reply.overlays)
            for (const OverlayEntry& entry : overlay.entries)
                table.rows.push_back({mode_text(entry.mode),
                                      fmt::to_string(entry.uid),
                                      fmt::to_string(entry.gid),
                                      overlay.name,
                                      entry.path,
                                      site(overlay)});
    } else {
        table.columns = {"OVERLAY NAME", "FILES/DIRS", last};
        for (const OverlayInfo& overlay : reply.overlays) {
            if (flags.is_true("all") && !overlay.entries.empty())
                for (const OverlayEntry& entry : overlay.entries)
                    table.rows.push_back({overlay.name, entry.path, site(overlay)});
            else
                table.rows.push_back(
                    {overlay.name, fmt::to_string(overlay.entries.size()), site(overlay)});
        }
    }
    context.output().print(format_table(table));
    return 0;
}

}  // namespace ww::ctl::cmd
