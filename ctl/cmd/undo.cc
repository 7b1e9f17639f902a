// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl undo: shows what taking a revision back would change, asks, does it.
#include <fmt/format.h>

#include "ctl/cmd/handlers.h"
#include "ctl/cmd/revision.h"
#include "ctl/prompt.h"

namespace ww::ctl::cmd {

Result<int> undo(Context& context) {
    const FlagValues& flags = context.flags();
    const auto& words = context.arguments();
    Output& output = context.output();
    protocol::UndoRequest request;
    if (!words.empty()) {
        WW_TRY(request.revision, revision_number(words[0]));
        if (request.revision == 0)
            return Error(ErrorCode::InvalidArgument, "there is no revision 0");
    }
    const bool ask = !flags.is_true("yes");
    request.dry_run = ask || flags.is_true("dry-run");
    WW_TRY(protocol::UndoReply reply, context.call(protocol::route::Undo{}, request));
    output.print(fmt::format("Taking back {}\n{}", describe(reply.undone), reply.summary));
    if (flags.is_true("dry-run")) return 0;
    if (ask) {
        if (!confirm(fmt::format("Undo revision {}?", reply.undone.revision))) {
            output.print("No changes made!\n");
            return 0;
        }
        request.dry_run = false;
        request.confirmed = reply.state;
        WW_TRY(reply, context.call(protocol::route::Undo{}, request));
    }
    if (reply.made != 0) output.print(fmt::format("This is revision {}.\n", reply.made));
    return 0;
}

}  // namespace ww::ctl::cmd
