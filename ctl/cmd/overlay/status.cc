// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl overlay status: how the archives of nodes stand.
#include <fmt/format.h>

#include "ctl/cmd/differences.h"
#include "ctl/cmd/handlers.h"
#include "ctl/json.h"

namespace ww::ctl::cmd {

Result<int> overlay_status(Context& context) {
    WW_TRY(const auto reply, context.call(protocol::route::OverlayStatus{}, {}));
    Output& output = context.output();
    if (context.flags().is_true("json")) {
        print_json(output, protocol::route::OverlayStatus{}, reply);
        return 0;
    }
    protocol::Table table{{"STATE", "ARCHIVE", "NODES", "WHY"}, {}};
    for (const protocol::ArchiveGroup& group : reply.archives)
        table.rows.push_back(
            {group.state,
             group.context,
             nodes_text(group.nodes, group.count),
             group.keeps_last_good ? group.why + " (the last good one is sent)" : group.why});
    output.print(format_table(table, "--"));
    const auto size = [](int64_t bytes) { return format_size(static_cast<uint64_t>(bytes)); };
    output.print(
        fmt::format("\n{} templates run: {} made something new, {} came out as before, {} failed\n"
                    "{} answers from what was kept, which saved rendering {}\n"
                    "{} rendered files kept: {} of {} of memory, {} on disk\n",
                    reply.renders,
                    reply.renders - reply.as_before - reply.failed,
                    reply.as_before,
                    reply.failed,
                    reply.renders_saved,
                    size(reply.bytes_saved),
                    reply.files,
                    size(reply.bytes),
                    size(reply.limit_bytes),
                    size(reply.disk_bytes)));
    if (!reply.running)
        output.message(Level::Warn, "no daemon runs: this is what a wwd for one command knows");
    return 0;
}

}  // namespace ww::ctl::cmd
