// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl overlay build: makes the archives of nodes beforehand.
#include "ctl/cmd/handlers.h"
#include "ctl/follow.h"

namespace ww::ctl::cmd {

Result<int> overlay_build(Context& context) {
    return follow_job(context,
                      protocol::route::OverlayBuild{},
                      {.nodes = context.arguments(),
                       .workers = context.flags().number("workers"),
                       .detach = context.flags().is_true("detach"),
                       .keep_last_good = context.flags().is_true("keep-last-good")});
}

}  // namespace ww::ctl::cmd
