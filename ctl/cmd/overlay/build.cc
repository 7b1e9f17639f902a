// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl overlay build: makes the archives of nodes beforehand.
#include "ctl/cmd/handlers.h"

namespace ww::ctl::cmd {

Result<int> overlay_build(Context& context) {
    WW_TRY(const auto reply,
           context.call(protocol::route::OverlayBuild{},
                        {context.arguments(), context.flags().number("workers")}));
    (void)reply;
    return 0;
}

}  // namespace ww::ctl::cmd
