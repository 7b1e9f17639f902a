// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl node add, wwctl profile add.
#include <fmt/format.h>

#include "ctl/cmd/entry/preview.h"
#include "ctl/cmd/handlers.h"
#include "ctl/field_flags.h"

namespace ww::ctl::cmd {

using fields::EntryKind;

namespace {

template <class Route>
Result<int> add(Context& context, Route route, EntryKind kind) {
    // "Added node: X" comes as a note for each.
    const protocol::AddRequest request{context.arguments(),
                                       edit_from(context.flags()),
                                       context.flags().is_true("dry-run"),
                                       context.flags().is_true("rewrite")};
    WW_TRY(const auto reply, context.call(route, request));
    if (!request.dry_run) return 0;
    for (const std::string& name : reply.selected)
        context.output().print(fmt::format("Would add {}: {}\n", to_string(kind), name));
    print_changes(context.output(), reply.summary);
    return 0;
}

}  // namespace

Result<int> node_add(Context& context) {
    return add(context, protocol::route::NodeAdd{}, EntryKind::Node);
}

Result<int> profile_add(Context& context) {
    return add(context, protocol::route::ProfileAdd{}, EntryKind::Profile);
}

}  // namespace ww::ctl::cmd
