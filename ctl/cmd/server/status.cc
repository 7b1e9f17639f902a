// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl server status: the process, and whether the files are in use.
#include <fmt/format.h>

#include "ctl/cmd/handlers.h"
#include "ctl/cmd/revision.h"
#include "ctl/json.h"

namespace ww::ctl::cmd {

namespace {

constexpr int kNeedsAttention = 1;

std::string plural(int64_t number, std::string_view noun) {
    return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

}  // namespace

Result<int> server_status(Context& context) {
    WW_TRY(const auto status, context.call(protocol::route::ServerState{}, {}));
    Output& output = context.output();
    const int exit_status =
        status.running && status.problem.empty() && status.journal_problem.empty()
            ? 0
            : kNeedsAttention;
    if (context.flags().is_true("json")) {
        print_json(output, protocol::route::ServerState{}, status);
        return exit_status;
    }
    if (status.running)
        output.print(fmt::format("wwd {}, process {}, since {}\n",
                                 status.version,
                                 status.process,
                                 time_text(status.started)));
    else
        output.print("no wwd runs for this site\n");
    output.print(fmt::format("configuration  {}\n", status.config));
    const std::string held =
        plural(status.nodes, "node") + ", " + plural(status.profiles, "profile");
    if (status.problem.empty())
        output.print(fmt::format("nodes          {}: {}\n", status.nodes_conf, held));
    else
        output.print(
            fmt::format("nodes          {}: not in use until this is mended:\n{}\n"
                        "               until then: {}\n",
                        status.nodes_conf,
                        status.problem,
                        held));
    for (const std::string& warning : status.warnings)
        output.print(fmt::format("               {}\n", warning));
    for (const std::string& lacking : status.lacking)
        output.print(fmt::format("to do          {}\n", lacking));
    if (!status.journal_problem.empty())
        output.print(fmt::format("history        {}\n", status.journal_problem));
    else if (status.revisions > 0)
        output.print(fmt::format("history        {}: {}, the last is {}\n",
                                 status.journal,
                                 plural(status.revisions, "revision"),
                                 status.last_revision));
    else
        output.print(fmt::format("history        {}: empty\n", status.journal));
    return exit_status;
}

}  // namespace ww::ctl::cmd
