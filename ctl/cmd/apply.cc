// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl apply FILE: changes of nodes and profiles at once, all or nothing.
#include <fmt/format.h>

#include "ctl/cmd/handlers.h"
#include "ctl/input.h"
#include "ctl/prompt.h"

namespace ww::ctl::cmd {

Result<int> apply(Context& context) {
    Output& output = context.output();
    const FlagValues& flags = context.flags();
    const std::string& path = context.arguments()[0];
    const bool ask = !flags.is_true("yes") && !flags.is_true("dry-run");
    if (ask && path == "-")
        return Error(ErrorCode::InvalidArgument, "standard input cannot also answer the question")
            .with_hint("look with --dry-run, then use --yes");
    protocol::ApplyRequest request;
    request.source = input_name(path);
    WW_TRY(request.text, read_input(path));
    request.rewrite = flags.is_true("rewrite");
    request.dry_run = true;
    WW_TRY(const protocol::ChangeReply preview, context.call(protocol::route::Apply{}, request));
    const int64_t count = preview.added + preview.deleted + preview.updated;
    if (count == 0) {
        output.print("No changes to apply.\n");
        return 0;
    }
    output.print(preview.summary);
    if (flags.is_true("dry-run")) return 0;
    if (ask && !confirm(fmt::format("Apply these changes to {} nodes and profiles", count))) {
        output.print("No changes made!\n");
        return 0;
    }
    request.dry_run = false;
    request.state = preview.state;
    WW_TRY(const protocol::ChangeReply reply, context.call(protocol::route::Apply{}, request));
    (void)reply;
    return 0;
}

}  // namespace ww::ctl::cmd
