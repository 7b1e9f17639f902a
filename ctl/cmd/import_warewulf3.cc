// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl import --from-warewulf3 DUMP: nodes of a Warewulf 3, all or nothing.
#include <fmt/format.h>

#include "ctl/cmd/handlers.h"
#include "ctl/input.h"
#include "ctl/prompt.h"

namespace ww::ctl::cmd {

Result<int> import_warewulf3(Context& context) {
    Output& output = context.output();
    const FlagValues& flags = context.flags();
    // A shell makes several words of "--from-warewulf3 dumps/*".
    std::vector<std::string> files = flags.items("from-warewulf3");
    files.insert(files.end(), context.arguments().begin(), context.arguments().end());
    const bool ask = !flags.is_true("yes") && !flags.is_true("dry-run");
    protocol::Warewulf3Request request;
    for (const std::string& file : files) {
        if (ask && file == "-")
            return Error(ErrorCode::InvalidArgument,
                         "standard input cannot also answer the question")
                .with_hint("look with --dry-run, then use --yes");
        WW_TRY(std::string text, read_input(file));
        request.dumps.push_back({input_name(file), std::move(text)});
    }
    request.dry_run = true;
    const protocol::route::Warewulf3Import route;
    WW_TRY(const protocol::ChangeReply preview, context.call(route, request));
    output.print(preview.summary);
    if (!preview.warnings.empty()) output.print("Left to do:\n");
    for (const std::string& line : preview.warnings) output.print(fmt::format("  {}\n", line));
    if (preview.added + preview.updated == 0) {
        output.print("No changes to apply.\n");
        return 0;
    }
    if (flags.is_true("dry-run")) return 0;
    if (ask &&
        !confirm(fmt::format("Add {} and change {} nodes", preview.added, preview.updated))) {
        output.print("No changes made!\n");
        return 0;
    }
    request.dry_run = false;
    request.state = preview.state;
    WW_TRY(const protocol::ChangeReply reply, context.call(route, request));
    (void)reply;
    return 0;
}

}  // namespace ww::ctl::cmd
