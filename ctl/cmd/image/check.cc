// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl image check.
#include <algorithm>

#include "ctl/cmd/handlers.h"
#include "ctl/json.h"

namespace ww::ctl::cmd {

Result<int> image_check(Context& context) {
    WW_TRY(const auto reply,
           context.call(protocol::route::ImageCheck{}, {.name = context.arguments()[0]}));
    // For scripts: what nodes will not come up with is a failure.
    const bool failed = std::ranges::any_of(reply.findings, [](const protocol::ImageFinding& each) {
        return each.severity == "error";
    });
    if (context.flags().is_true("json")) {
        print_json(context.output(), protocol::route::ImageCheck{}, reply);
        return failed ? 1 : 0;
    }
    protocol::Table table{{"IMAGE", "SEVERITY", "FINDING", "PATH", "REASON", "NEXT STEP"}, {}};
    for (const protocol::ImageFinding& each : reply.findings)
        table.rows.push_back(
            {each.image, each.severity, each.finding, each.path, each.reason, each.next_step});
    context.output().print(format_table(table, "--"));
    return failed ? 1 : 0;
}

}  // namespace ww::ctl::cmd
