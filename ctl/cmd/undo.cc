// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl undo: shows what taking a revision back would change, asks, does it.
#include <fmt/format.h>

#include "ctl/cmd/handlers.h"
#include "ctl/cmd/revision.h"
#include "ctl/confirmed_change.h"

namespace ww::ctl::cmd {

Result<int> undo(Context& context) {
    const auto& words = context.arguments();
    Output& output = context.output();
    protocol::UndoRequest request;
    if (!words.empty()) {
        WW_TRY(request.revision, revision_number(words[0]));
        if (request.revision == 0)
            return Error(ErrorCode::InvalidArgument, "there is no revision 0");
    }
    const auto show = [&](const protocol::UndoReply& reply) -> Result<std::optional<std::string>> {
        output.print(fmt::format("Taking back {}\n{}", describe(reply.undone), reply.summary));
        return std::optional(fmt::format("Undo revision {}?", reply.undone.revision));
    };
    WW_TRY(const auto made,
           confirmed_change(context, protocol::route::Undo{}, request, Look::ToAsk, show));
    if (!made) return 0;
    if (is_at_once(context)) WW_TRY_VOID(show(*made));
    output.print(fmt::format("Revision {} is taken back", made->undone.revision));
    if (made->made != 0) output.print(fmt::format("; this is revision {}", made->made));
    output.print(".\n");
    return 0;
}

}  // namespace ww::ctl::cmd
