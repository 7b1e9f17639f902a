// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl node import, wwctl profile import: adds and merges entries from a YAML map.
#include <fmt/format.h>

#include "ctl/cmd/handlers.h"
#include "ctl/input.h"
#include "ctl/prompt.h"

namespace ww::ctl::cmd {

namespace {

template <class Route>
Result<int> import_file(Context& context, Route route, std::string_view noun) {
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
    if (!flags.is_true("yes") || flags.is_true("dry-run")) {
        request.dry_run = true;
        WW_TRY(const auto preview, context.call(route, request));
        if (flags.is_true("dry-run")) {
            output.print(fmt::format(
                "Would add {} and change {} {}s\n", preview.added, preview.updated, noun));
            output.print(preview.summary);
            return 0;
        }
        if (!confirm(fmt::format(
                "Are you sure you want to modify {} {}s", preview.added + preview.updated, noun)))
            return 0;
        request.dry_run = false;
        request.state = preview.state;
    }
    WW_TRY(const auto reply, context.call(route, request));
    (void)reply;
    return 0;
}

}  // namespace

Result<int> node_import(Context& context) {
    return import_file(context, protocol::route::NodeImport{}, "node");
}

Result<int> profile_import(Context& context) {
    return import_file(context, protocol::route::ProfileImport{}, "profile");
}

}  // namespace ww::ctl::cmd
