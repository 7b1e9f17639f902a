// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl import --from-warewulf3 DUMP: nodes of a Warewulf 3, all or nothing.
#include <fmt/format.h>

#include "ctl/cmd/entry/preview.h"
#include "ctl/cmd/handlers.h"
#include "ctl/confirmed_change.h"
#include "ctl/input.h"

namespace ww::ctl::cmd {

Result<int> import_warewulf3(Context& context) {
    Output& output = context.output();
    // A shell makes several words of "--from-warewulf3 dumps/*".
    std::vector<std::string> files = context.flags().items("from-warewulf3");
    files.insert(files.end(), context.arguments().begin(), context.arguments().end());
    protocol::Warewulf3Request request;
    for (const std::string& file : files) {
        WW_TRY_VOID(check_answerable(context, file));
        WW_TRY(std::string text, read_input(file));
        request.dumps.push_back({input_name(file), std::move(text)});
    }
    const auto show =
        [&](const protocol::ChangeReply& preview) -> Result<std::optional<std::string>> {
        print_changes(output, preview.summary);
        if (!preview.warnings.empty()) output.print("Left to do:\n");
        for (const std::string& line : preview.warnings) output.print(fmt::format("  {}\n", line));
        if (preview.added + preview.updated == 0) {
            output.print("No changes to apply.\n");
            return std::optional<std::string>();
        }
        return std::optional(
            fmt::format("Add {} and change {} nodes", preview.added, preview.updated));
    };
    WW_TRY_VOID(
        confirmed_change(context, protocol::route::Warewulf3Import{}, request, Look::Always, show));
    return 0;
}

}  // namespace ww::ctl::cmd
