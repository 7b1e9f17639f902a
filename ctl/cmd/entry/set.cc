// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl node set, wwctl profile set: shows what would change, asks, changes.
#include <fmt/format.h>

#include "ctl/cmd/entry/preview.h"
#include "ctl/cmd/handlers.h"
#include "ctl/confirmed_change.h"
#include "ctl/field_flags.h"

namespace ww::ctl::cmd {

using fields::EntryKind;
using protocol::ChangeReply;

namespace {

/// Compat: upstream's heading for profiles ends with a blank on the next line.
std::string_view heading(EntryKind kind) {
    return kind == EntryKind::Node ? "Applying following changes:\n"
                                   : "Applying following changes:\n ";
}

template <class Route>
Result<int> set(Context& context, Route route, EntryKind kind, protocol::SetRequest request) {
    Output& output = context.output();
    const auto show = [&](const ChangeReply& preview) -> Result<std::optional<std::string>> {
        warn_of_missing(output, preview, kind);
        return show_changes(output, preview, kind);
    };
    request.names = context.arguments();
    request.edit = edit_from(context.flags());
    request.rewrite = context.flags().is_true("rewrite");
    WW_TRY(const auto made, confirmed_change(context, route, request, Look::ToAsk, show));
    if (!made || !is_at_once(context)) return 0;
    warn_of_missing(output, *made, kind);
    std::string text(heading(kind));
    text += made->summary;
    if (!text.ends_with('\n')) text += '\n';
    output.print(text);
    return 0;
}

}  // namespace

Result<int> node_set(Context& context) {
    protocol::SetRequest request;
    request.all = context.flags().is_true("all");
    if (request.all) context.output().message(Level::Warn, "this command will modify all nodes");
    return set(context, protocol::route::NodeSet{}, EntryKind::Node, std::move(request));
}

Result<int> profile_set(Context& context) {
    return set(context, protocol::route::ProfileSet{}, EntryKind::Profile, {});
}

}  // namespace ww::ctl::cmd
