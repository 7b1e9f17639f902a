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
        WW_TRY(const auto file,
               context.call(protocol::route::OverlayFile{}, {overlay, path, ""}));
        output.message(Level::Info, file.text);
        return 0;
    }
    WW_TRY(const auto rendered,
           context.call(protocol::route::OverlayRender{}, {overlay, path, flags.text("render")}));
    const bool quiet = flags.is_true("quiet");
    std::string text;
    const std::string state = fmt::format("backupFile: {}\nwriteFile: {}\n", rendered.backup, rendered.write);
    for (const protocol::RenderedFile& file : rendered.files) {
        if (!quiet) text += state;
        if (!rendered.write) {
            text += file.text;
            if (!file.text.ends_with('\n')) text += '\n';
            if (!quiet) text += "Aborted\n";
            continue;
        }
        if (!quiet)
            text += fmt::format("Filename: {}\n", file.name);
        if (file.is_link) {
            if (!quiet) text += fmt::format("Symlink: {}\n", file.target);
            continue;
        }
        text += file.text;
        if (!file.text.ends_with('\n')) text += '\n';
    }
    output.message(Level::Info, text);
    return 0;
}

}  // namespace ww::ctl::cmd
