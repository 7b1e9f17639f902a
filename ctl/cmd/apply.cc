// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl apply FILE: changes of nodes and profiles at once, all or nothing.
#include <fmt/format.h>

#include "ctl/cmd/entry/preview.h"
#include "ctl/cmd/handlers.h"
#include "ctl/confirmed_change.h"
#include "ctl/input.h"

namespace ww::ctl::cmd {

Result<int> apply(Context& context) {
    Output& output = context.output();
    const std::string& path = context.arguments()[0];
    WW_TRY_VOID(check_answerable(context, path));
    protocol::ApplyRequest request;
    request.source = input_name(path);
    WW_TRY(request.text, read_input(path));
    request.rewrite = context.flags().is_true("rewrite");
    const auto show =
        [&](const protocol::ChangeReply& preview) -> Result<std::optional<std::string>> {
        const int64_t count = preview.added + preview.deleted + preview.updated;
        if (count == 0) {
            output.print("No changes to apply.\n");
            return std::optional<std::string>();
        }
        print_changes(output, preview.summary);
        return std::optional(fmt::format("Apply these changes to {} nodes and profiles", count));
    };
    WW_TRY_VOID(confirmed_change(context, protocol::route::Apply{}, request, Look::Always, show));
    return 0;
}

}  // namespace ww::ctl::cmd
