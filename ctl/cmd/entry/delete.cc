// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl node delete, wwctl profile delete.
#include <fmt/format.h>

#include "ctl/cmd/entry/preview.h"
#include "ctl/cmd/handlers.h"
#include "ctl/confirmed_change.h"
#include "fields/entry_kind.h"

namespace ww::ctl::cmd {

using fields::EntryKind;
using protocol::ChangeReply;

namespace {

using Question = std::optional<std::string>;

/// Compat: upstream counts "nodes(s)".
std::string question(size_t count, EntryKind kind) {
    return fmt::format("Are you sure you want to delete {} {}",
                       count,
                       kind == EntryKind::Node ? "nodes(s)" : "profile(s)");
}

/// `show` says which names are not known.
template <class Route, class Show>
Result<int> delete_entries(Context& context, Route route, EntryKind kind, const Show& show) {
    const auto show_all = [&](const ChangeReply& found) -> Result<Question> {
        WW_TRY_VOID(show(found));
        if (found.selected.empty()) return Question();
        if (context.flags().is_true("dry-run"))
            for (const std::string& name : found.selected)
                context.output().print(fmt::format("Would delete {}: {}\n", to_string(kind), name));
        return Question(question(found.selected.size(), kind));
    };
    protocol::DeleteRequest request;
    request.names = context.arguments();
    request.rewrite = context.flags().is_true("rewrite");
    WW_TRY_VOID(confirmed_change(context, route, request, Look::Always, show_all, /*on_no=*/""));
    return 0;
}

}  // namespace

Result<int> node_delete(Context& context) {
    Output& output = context.output();
    const auto show = [&](const ChangeReply& found) -> Result<void> {
        for (const std::string& name : found.missing)
            output.print_error(fmt::format("ERROR: No match for node: {}\n", named(found, name)));
        if (found.selected.empty()) output.print("No nodes found\n");
        return {};
    };
    return delete_entries(context, protocol::route::NodeDelete{}, EntryKind::Node, show);
}

Result<int> profile_delete(Context& context) {
    Output& output = context.output();
    const auto show = [&](const ChangeReply& found) -> Result<void> {
        for (const std::string& name : found.missing)
            output.message(Level::Warn, fmt::format("Profile not found: {}", named(found, name)));
        if (found.selected.empty()) return Error(ErrorCode::NotFound, "no profiles found");
        for (const std::string& warning : found.warnings) output.message(Level::Warn, warning);
        return {};
    };
    return delete_entries(context, protocol::route::ProfileDelete{}, EntryKind::Profile, show);
}

}  // namespace ww::ctl::cmd
