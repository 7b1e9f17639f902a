// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl node add, wwctl profile add.
#include "ctl/cmd/handlers.h"
#include "ctl/field_flags.h"

namespace ww::ctl::cmd {

Result<int> node_add(Context& context) {
    // "Added node: X" comes as a note for each.
    WW_TRY(const auto reply, context.call(protocol::route::NodeAdd{},
                                          {context.arguments(), edit_from(context.flags()),
                                           context.flags().is_true("rewrite")}));
    (void)reply;
    return 0;
}

Result<int> profile_add(Context& context) {
    WW_TRY(const auto reply, context.call(protocol::route::ProfileAdd{},
                                          {context.arguments(), edit_from(context.flags()),
                                           context.flags().is_true("rewrite")}));
    (void)reply;
    return 0;
}

}  // namespace ww::ctl::cmd
