// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl overlay check, diff: what is wrong with files of nodes, and what became of them.
#include <fmt/format.h>

#include "ctl/cmd/differences.h"
#include "ctl/cmd/handlers.h"
#include "ctl/follow.h"
#include "ctl/json.h"

namespace ww::ctl::cmd {

namespace {

using protocol::OverlayCheckReport;

void print_findings(Output& output, const OverlayCheckReport& report) {
    for (const protocol::OverlayFinding& each : report.findings) {
        output.print(fmt::format("{}: {} of overlay {}, {}: {}\n",
                                 each.level,
                                 each.word,
                                 each.overlay,
                                 each.place.empty() ? "all of it" : each.place,
                                 nodes_text(each.nodes, each.count)));
        std::string_view text = each.text;
        while (!text.empty()) {
            const size_t end = std::min(text.find('\n'), text.size());
            output.print(fmt::format("    {}\n", text.substr(0, end)));
            text.remove_prefix(std::min(end + 1, text.size()));
        }
    }
    if (report.shortened) output.message(Level::Warn, "there are more findings than these");
    output.print(fmt::format("{} nodes, {} files: {} errors, {} warnings\n",
                             report.nodes,
                             report.files,
                             report.errors,
                             report.warnings));
}

}  // namespace

Result<int> overlay_check(Context& context) {
    WW_TRY(const auto report,
           report_of_job<OverlayCheckReport>(
               context,
               protocol::route::OverlayCheck{},
               {.overlays = context.arguments(), .all = context.flags().is_true("all")}));
    if (!report) return kInterrupted;
    if (context.flags().is_true("json"))
        print_report(context.output(), *report);
    else
        print_findings(context.output(), *report);
    return report->errors > 0 ? 1 : 0;
}

Result<int> overlay_diff(Context& context) {
    WW_TRY(
        const auto reply,
        context.call(protocol::route::OverlayDiff{},
                     {.node = context.arguments()[0], .since = context.flags().number("since")}));
    Output& output = context.output();
    if (context.flags().is_true("json")) {
        print_json(output, protocol::route::OverlayDiff{}, reply);
        return 0;
    }
    print_differences(output, reply.files);
    if (reply.files.empty())
        output.print(fmt::format("No file is different since revision {}.\n", reply.since));
    for (const std::string& sentence : reply.unknown) output.message(Level::Warn, sentence);
    return 0;
}

}  // namespace ww::ctl::cmd
