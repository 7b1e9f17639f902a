// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl node unset, wwctl profile unset: clears fields, or whole entries of them.
#include <fmt/format.h>

#include "ctl/cmd/handlers.h"
#include "ctl/field_flags.h"
#include "ctl/prompt.h"

namespace ww::ctl::cmd {

namespace {

template <class Route>
Result<int> unset(Context& context, Route route, std::string_view noun) {
    Output& output = context.output();
    const bool only_look = context.flags().is_true("dry-run");
    const bool yes = context.flags().is_true("yes") && !only_look;
    protocol::UnsetRequest request = unset_from(context.flags());
    request.names = context.arguments();
    request.skip_unknown = context.flags().is_true("force");
    request.dry_run = !yes;
    request.rewrite = context.flags().is_true("rewrite");
    WW_TRY(const protocol::ChangeReply reply, context.call(route, request));
    for (const std::string& name : reply.missing)
        output.message(Level::Warn, fmt::format("invalid {}: {}", noun, name));
    if (!yes) {
        for (const std::string& warning : reply.warnings) output.message(Level::Warn, warning);
        if (reply.summary.empty()) {
            output.print("No changes to apply.\n");
            return 0;
        }
        output.print(reply.summary);
        if (only_look) return 0;
        if (!confirm(
                fmt::format("Apply these changes to {} {}(s)?", reply.selected.size(), noun))) {
            output.print("No changes made!\n");
            return 0;
        }
        request.dry_run = false;
        request.state = reply.state;
        WW_TRY(const protocol::ChangeReply done, context.call(route, request));
        (void)done;
    } else {
        output.print("Applying following changes:\n");
        output.print(reply.summary);
    }
    output.print(
        fmt::format("Successfully unset fields on {} {}(s)\n", reply.selected.size(), noun));
    return 0;
}

}  // namespace

Result<int> node_unset(Context& context) {
    return unset(context, protocol::route::NodeUnset{}, "node");
}

Result<int> profile_unset(Context& context) {
    return unset(context, protocol::route::ProfileUnset{}, "profile");
}

}  // namespace ww::ctl::cmd
