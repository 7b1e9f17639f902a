// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl overlay show: a file as it is, or rendered for a node. Source: reference/overlays.md §6.2.
#include <fmt/format.h>

#include "ctl/cmd/handlers.h"

namespace ww::ctl::cmd {

Result<int> overlay_show(Context& context) {
    const FlagValues& flags = context.flags();
    Output& output = context.output();
    const std::string& overlay = context.arguments()[0];
    const std::string& path = context.arguments()[1];
    if (!flags.given("render")) {
        WW_TRY(const auto file, context.call(protocol::route::OverlayFile{}, {overlay, path, ""}));
        output.message(Level::Info, file.text);
        return 0;
    }
    WW_TRY(const auto rendered,
           context.call(protocol::route::OverlayRender{}, {overlay, path, flags.text("render")}));
    const auto say = [&](const std::string& line) {
        if (!flags.is_true("quiet")) output.message(Level::Info, line);
    };
    for (const protocol::RenderedFile& file : rendered.files) {
        say(fmt::format("backupFile: {}", rendered.backup));
        say(fmt::format("writeFile: {}", rendered.write));
        if (rendered.write) say("Filename: " + file.name);
        if (rendered.write && file.is_link)
            say("Symlink: " + file.target);
        else
            output.message(Level::Out, file.text);
        if (!rendered.write) say("Aborted");
    }
    return 0;
}

}  // namespace ww::ctl::cmd
