// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl plan: another command of wwctl, up to the change it would ask for; that is looked at
// instead.
#include <fmt/format.h>

#include "ctl/cmd/differences.h"
#include "ctl/cmd/handlers.h"
#include "ctl/follow.h"
#include "ctl/help.h"
#include "ctl/json.h"
#include "ctl/recorded.h"
#include "ctl/run.h"

namespace ww::ctl::cmd {

namespace {

using protocol::PlanReport;

/// Runs the command up to its change. Nothing: it ended without one, with this status.
struct PlannedRun {
    std::optional<protocol::PlanRequest> change;
    int status = 0;
};
Result<PlannedRun> run_to_change(Context& context, const std::vector<std::string>& words) {
    const Found found = find_command(command_tree(), words);
    const Command& command = *found.command;
    if (command.is_group() || command.needs != Needs::Wwd || command.run == cmd::plan)
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("{} is no command that can be planned",
                                 command.is_group() ? words.front() : command.path))
            .with_hint("changes of nodes, profiles, overlays and images can be");
    WW_TRY(const Parsed parsed,
           parse_flags(known_flags(command, Help::Yes), found.words, command.ours));
    if (parsed.flags.is_true("help")) {
        context.output().print(help_text(command));
        return PlannedRun{};
    }
    WW_TRY_VOID(
        check_arity(command,
                    parsed.arguments.size(),
                    parsed.arguments.empty() ? std::string_view() : parsed.arguments.front()));
    WW_TRY_VOID(check_required(command, parsed.flags));
    Context inner(
        command, parsed, context.config(), recorded_command(words, parsed.flags), context.output());
    inner.plan();
    const Result<int> status = command.run(inner);
    if (inner.planned()) return PlannedRun{.change = inner.planned()};
    if (!status) return status.error();
    return PlannedRun{.status = *status};
}

void print_needs(Output& output, const PlanReport& report) {
    if (report.needs.empty()) return;
    protocol::Table table{{"NODES NEED", "WHICH", "BECAUSE OF"}, {}};
    for (const protocol::PlannedNeed& need : report.needs)
        table.rows.push_back({need.need == "poll" ? "their next poll of wwclient" : "a reboot",
                              nodes_text(need.nodes, need.count),
                              fmt::format("{}", fmt::join(need.why, ", "))});
    output.print("\n" + format_table(table));
}

void print_plan(Output& output, const PlanReport& report) {
    output.print(report.summary);
    if (!report.fields.empty()) output.print("\nNodes would get:\n" + report.fields);
    if (!report.files.empty()) output.print("\nFiles of nodes:\n");
    print_differences(output, report.files);
    if (report.shortened)
        output.message(Level::Warn, "more files differ than are shown; --files-only names more");
    print_needs(output, report);
    output.print(fmt::format(
        "{} of {} nodes would change; nothing was changed.\n", report.changed, report.nodes));
}

}  // namespace

Result<int> plan(Context& context) {
    const FlagValues& flags = context.flags();
    // An editor may take its time.
    context.disconnect();
    WW_TRY(PlannedRun outcome, run_to_change(context, context.arguments()));
    if (!outcome.change) {
        context.output().message(Level::Info, "The command would change nothing.");
        return outcome.status;
    }
    outcome.change->files = !flags.is_true("nodes");
    outcome.change->texts = !flags.is_true("files-only");
    WW_TRY(const auto report,
           report_of_job<PlanReport>(context, protocol::route::Plan{}, *outcome.change));
    if (!report) return kInterrupted;
    if (flags.is_true("json"))
        print_report(context.output(), *report);
    else
        print_plan(context.output(), *report);
    // For scripts: a change that breaks files of nodes is none to make.
    const bool breaks =
        std::ranges::any_of(report->files, [](const auto& file) { return file.what == "fails"; });
    return breaks ? 1 : 0;
}

}  // namespace ww::ctl::cmd
