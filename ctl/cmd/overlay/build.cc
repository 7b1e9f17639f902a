// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl overlay build: makes the archives of nodes beforehand.
#include "ctl/cmd/handlers.h"
#include "ctl/cmd/overlay/output.h"
#include "ctl/follow.h"

namespace ww::ctl::cmd {

Result<int> overlay_build(Context& context) {
    const FlagValues& flags = context.flags();
    const bool detach = flags.is_true("detach");
    const bool keep_last_good = flags.is_true("keep-last-good");
    if (flags.given("output")) {
        if (detach || keep_last_good)
            return Error(ErrorCode::InvalidArgument,
                         fmt::format("--output writes files here and changes nothing of what nodes "
                                     "are sent: not with {}",
                                     detach ? "--detach" : "--keep-last-good"));
        if (flags.text("output").empty())
            return Error(ErrorCode::InvalidArgument, "--output: the name of a folder is empty");
        return build_into(context, flags.text("output"));
    }
    return follow_job(context,
                      protocol::route::OverlayBuild{},
                      {.nodes = context.arguments(),
                       .workers = flags.number("workers"),
                       .detach = detach,
                       .keep_last_good = keep_last_good});
}

}  // namespace ww::ctl::cmd
