// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl node import, wwctl profile import: lays entries of a YAML map over those of the site.
#include <fmt/format.h>

#include "ctl/cmd/entry/preview.h"
#include "ctl/cmd/handlers.h"
#include "ctl/confirmed_change.h"
#include "ctl/input.h"
#include "fields/entry_kind.h"

namespace ww::ctl::cmd {

using fields::EntryKind;
using protocol::ChangeReply;

namespace {

void warn(Output& output, const ChangeReply& reply) {
    for (const std::string& warning : reply.warnings) output.message(Level::Warn, warning);
}

template <class Route>
Result<int> import_file(Context& context, Route route, EntryKind kind) {
    Output& output = context.output();
    const FlagValues& flags = context.flags();
    auto text = read_input(context.arguments()[0]);
    if (!text)
        return Error(text.error().code(),
                     fmt::format("could not open file: {}", text.error().message()));
    protocol::ImportRequest request;
    request.source = input_name(context.arguments()[0]);
    request.text = std::move(*text);
    request.rewrite = flags.is_true("rewrite");
    request.merge = flags.is_true("merge");
    const auto show = [&](const ChangeReply& preview) -> Result<std::optional<std::string>> {
        warn(output, preview);
        const auto count = preview.added + preview.updated;
        if (count == 0) {
            output.print("No changes to apply.\n");
            return std::optional<std::string>();
        }
        if (flags.is_true("dry-run"))
            output.print(fmt::format("Would add {} and change {} {}s\n",
                                     preview.added,
                                     preview.updated,
                                     to_string(kind)));
        print_changes(output, preview.summary);
        return std::optional(
            fmt::format("Are you sure you want to modify {} {}s", count, to_string(kind)));
    };
    WW_TRY(const auto made,
           confirmed_change(context, route, request, Look::ToAsk, show, /*on_no=*/""));
    if (made && is_at_once(context)) warn(output, *made);
    return 0;
}

}  // namespace

Result<int> node_import(Context& context) {
    return import_file(context, protocol::route::NodeImport{}, EntryKind::Node);
}

Result<int> profile_import(Context& context) {
    return import_file(context, protocol::route::ProfileImport{}, EntryKind::Profile);
}

}  // namespace ww::ctl::cmd
