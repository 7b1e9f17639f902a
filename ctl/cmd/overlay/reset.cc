// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl overlay changes, reset: an overlay of the site against the distribution's.
#include <fmt/format.h>

#include "ctl/cmd/handlers.h"
#include "ctl/confirmed_change.h"
#include "ctl/json.h"

namespace ww::ctl::cmd {

namespace {

using protocol::OverlayChangesReply;

std::string file_argument(const Context& context) {
    return context.arguments().size() > 1 ? context.arguments()[1] : std::string();
}

void print_texts(Output& output, const OverlayChangesReply& reply) {
    for (const protocol::ChangedOverlayFile& file : reply.files) output.print(file.text);
}

}  // namespace

Result<int> overlay_changes(Context& context) {
    const std::string& overlay = context.arguments()[0];
    WW_TRY(const auto reply,
           context.call(protocol::route::OverlayChanges{},
                        {.overlay = overlay, .path = file_argument(context)}));
    if (context.flags().is_true("json")) {
        print_json(context.output(), protocol::route::OverlayChanges{}, reply);
        return 0;
    }
    print_texts(context.output(), reply);
    if (reply.files.empty())
        context.output().print(fmt::format("Overlay {} is as in the distribution.\n", overlay));
    return 0;
}

Result<int> overlay_reset(Context& context) {
    Output& output = context.output();
    const std::string& overlay = context.arguments()[0];
    const std::string path = file_argument(context);
    const std::string what =
        path.empty() ? "overlay " + overlay : fmt::format("{} of overlay {}", path, overlay);
    const auto show = [&](const OverlayChangesReply& reply) -> Result<std::optional<std::string>> {
        if (reply.files.empty()) {
            output.print(fmt::format("{} is as in the distribution already\n", what));
            return std::optional<std::string>();
        }
        output.print("The site has changed:\n");
        print_texts(output, reply);
        return std::optional(fmt::format("Reset {} to the distribution's version", what));
    };
    WW_TRY(const auto made,
           confirmed_change(context,
                            protocol::route::OverlayReset{},
                            {.overlay = overlay, .path = path},
                            Look::ToAsk,
                            show));
    if (made) output.message(Level::Info, fmt::format("Reset {}", what));
    return 0;
}

}  // namespace ww::ctl::cmd
