// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl node delete, wwctl profile delete.
#include <fmt/format.h>

#include "ctl/cmd/handlers.h"
#include "ctl/prompt.h"

namespace ww::ctl::cmd {

namespace {

/// Deletes after the question; `label` gets the number.
template <class Route>
Result<int> delete_found(Context& context,
                         Route route,
                         const protocol::ChangeReply& found,
                         std::string_view noun,
                         std::string_view what) {
    if (context.flags().is_true("dry-run")) {
        for (const std::string& name : found.selected)
            context.output().print(fmt::format("Would delete {}: {}\n", noun, name));
        return 0;
    }
    if (!context.flags().is_true("yes") &&
        !confirm(fmt::format("Are you sure you want to delete {} {}", found.selected.size(), what)))
        return 0;
    WW_TRY(const auto reply,
           context.call(route,
                        {found.selected, false, context.flags().is_true("rewrite"), found.state}));
    (void)reply;
    return 0;
}

}  // namespace

Result<int> node_delete(Context& context) {
    const protocol::route::NodeDelete route;
    WW_TRY(const auto found, context.call(route, {context.arguments(), true}));
    Output& output = context.output();
    for (const std::string& name : found.missing)
        output.print_error(fmt::format("ERROR: No match for node: {}\n", name));
    if (found.selected.empty()) {
        output.print("No nodes found\n");
        return 0;
    }
    return delete_found(context, route, found, "node", "nodes(s)");
}

Result<int> profile_delete(Context& context) {
    const protocol::route::ProfileDelete route;
    WW_TRY(const auto found, context.call(route, {context.arguments(), true}));
    for (const std::string& name : found.missing)
        context.output().message(Level::Warn, fmt::format("Profile not found: {}", name));
    if (found.selected.empty()) return Error(ErrorCode::NotFound, "no profiles found");
    for (const std::string& warning : found.warnings)
        context.output().message(Level::Warn, warning);
    return delete_found(context, route, found, "profile", "profile(s)");
}

}  // namespace ww::ctl::cmd
