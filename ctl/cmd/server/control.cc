// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl server start, stop, restart, reload: the server's unit.
#include "ctl/cmd/handlers.h"

namespace ww::ctl::cmd {

Result<int> server_control(Context& context) {
    WW_TRY(const auto reply,
           context.call(protocol::route::ServerControl{}, {context.command().name}));
    (void)reply;
    return 0;
}

}  // namespace ww::ctl::cmd
