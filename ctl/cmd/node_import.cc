// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl node import FILE: adds and merges nodes from a YAML map.
#include <fmt/format.h>

#include "base/file.h"
#include "ctl/cmd/handlers.h"
#include "ctl/prompt.h"

namespace ww::ctl::cmd {

Result<int> node_import(Context& context) {
    const protocol::route::NodeImport route;
    protocol::ImportRequest request;
    request.source = context.arguments()[0];
    request.rewrite = context.flags().is_true("rewrite");
    auto text = read_file(request.source);
    if (!text)
        return Error(text.error().code(),
                     fmt::format("could not open file: {}", text.error().message()));
    request.text = std::move(*text);
    if (!context.flags().is_true("yes")) {
        request.dry_run = true;
        WW_TRY(const auto preview, context.call(route, request));
        if (!confirm(fmt::format("Are you sure you want to modify {} nodes",
                                 preview.added + preview.updated)))
            return 0;
        request.dry_run = false;
        request.revision = preview.revision;
    }
    WW_TRY(const auto reply, context.call(route, request));
    (void)reply;
    return 0;
}

}  // namespace ww::ctl::cmd
