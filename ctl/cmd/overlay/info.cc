// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl overlay info: what a template reads, and what its comments say of it.
#include "ctl/cmd/handlers.h"

namespace ww::ctl::cmd {

Result<int> overlay_info(Context& context) {
    const std::string& overlay = context.arguments()[0];
    const std::string& path = context.arguments()[1];
    WW_TRY(const auto reply, context.call(protocol::route::OverlayTemplate{}, {overlay, path, ""}));
    protocol::Table table;
    if (context.flags().is_true("functions")) {
        table.columns = {"FUNCTION", "HELP"};
        for (const protocol::TemplateFunction& each : reply.functions)
            table.rows.push_back({each.name, each.help});
        context.output().print(format_table(table));
        return 0;
    }
    for (const std::string& line : reply.documentation)
        context.output().message(Level::Info, line + "\n");
    if (!reply.documentation.empty()) context.output().print("\n");
    table.columns = {"VARIABLE", "OPTION", "TYPE", "HELP"};
    for (const protocol::TemplateVariable& each : reply.variables)
        table.rows.push_back({each.name, each.option, each.type, each.help});
    context.output().print(format_table(table));
    return 0;
}

}  // namespace ww::ctl::cmd
