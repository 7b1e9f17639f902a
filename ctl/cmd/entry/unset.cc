// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl node unset, wwctl profile unset: clears fields, or whole entries of them.
#include <fmt/format.h>

#include "ctl/cmd/entry/preview.h"
#include "ctl/cmd/handlers.h"
#include "ctl/confirmed_change.h"
#include "ctl/field_flags.h"

namespace ww::ctl::cmd {

using fields::EntryKind;
using protocol::ChangeReply;

namespace {

template <class Route>
Result<int> unset(Context& context, Route route, EntryKind kind) {
    Output& output = context.output();
    const auto show = [&](const ChangeReply& preview) -> Result<std::optional<std::string>> {
        warn_of_missing(output, preview, kind);
        for (const std::string& warning : preview.warnings) output.message(Level::Warn, warning);
        return show_changes(output, preview, kind);
    };
    protocol::UnsetRequest request = unset_from(context.flags());
    request.names = context.arguments();
    request.skip_unknown = context.flags().is_true("force");
    request.rewrite = context.flags().is_true("rewrite");
    WW_TRY(const auto made, confirmed_change(context, route, request, Look::ToAsk, show));
    if (!made) return 0;
    if (is_at_once(context)) {
        warn_of_missing(output, *made, kind);
        output.print("Applying following changes:\n");
        print_changes(output, made->summary);
    }
    output.print(fmt::format(
        "Successfully unset fields on {} {}(s)\n", made->selected.size(), to_string(kind)));
    return 0;
}

}  // namespace

Result<int> node_unset(Context& context) {
    return unset(context, protocol::route::NodeUnset{}, EntryKind::Node);
}

Result<int> profile_unset(Context& context) {
    return unset(context, protocol::route::ProfileUnset{}, EntryKind::Profile);
}

}  // namespace ww::ctl::cmd
