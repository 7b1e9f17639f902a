// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl overlay explain: where a file of a node comes from.
#include <fmt/format.h>

#include "ctl/cmd/handlers.h"
#include "ctl/cmd/revision.h"
#include "ctl/json.h"

namespace ww::ctl::cmd {

namespace {

using protocol::ExplainedFile;
using protocol::ExplainedInput;

std::string place(const std::string& source, int64_t line) {
    return line > 0 ? fmt::format("{}, line {}", source, line) : source;
}

void print_inputs(Output& output, const ExplainedFile& file) {
    if (file.inputs.empty()) return;
    protocol::Table table{{"READS", "VALUE", "SET BY", "REV", "WHEN", "WHO"}, {}};
    for (const ExplainedInput& input : file.inputs) {
        const protocol::RevisionRow& row = input.revision;
        const bool known = row.revision > 0;
        table.rows.push_back({input.read,
                              input.value,
                              input.entry,
                              known ? fmt::to_string(row.revision) : "",
                              known ? time_text(row.time) : "",
                              known ? who(row) : ""});
    }
    output.print("\n" + format_table(table, "--"));
}

void print_explained(Output& output, const std::string& path, const ExplainedFile& file) {
    output.print(fmt::format("{} in the {} archive\n", path, file.context));
    const auto line = [&](std::string_view name, const std::string& text) {
        output.print(fmt::format("  {:<10}{}\n", name, text));
    };
    line("overlay", file.overlay);
    line(file.line > 0 ? "template" : "file", place(file.source, file.line));
    if (file.kind != "file") line("kind", file.kind);
    if (!file.leads_to.empty()) line("leads to", file.leads_to);
    if (file.is_backup) line("backup", "what a later template took the place of");
    line("mode",
         fmt::format("{:04o}, owner {}:{}: {}", file.mode, file.uid, file.gid, file.mode_from));
    for (const protocol::HiddenFile& hidden : file.hidden)
        line("hides",
             fmt::format("{}, of overlay {}", place(hidden.source, hidden.line), hidden.overlay));
    if (!file.unforeseeable.empty())
        line("calls",
             fmt::format("{}: made anew whenever the node asks",
                         fmt::join(file.unforeseeable, ", ")));
    print_inputs(output, file);
}

}  // namespace

Result<int> overlay_explain(Context& context) {
    const auto& words = context.arguments();
    WW_TRY(const auto reply, context.call(protocol::route::OverlayExplain{}, {words[0], words[1]}));
    if (context.flags().is_true("json")) {
        print_json(context.output(), protocol::route::OverlayExplain{}, reply);
        return 0;
    }
    const char* between = "";
    for (const ExplainedFile& file : reply.files) {
        context.output().print(std::exchange(between, "\n"));
        print_explained(context.output(), reply.path, file);
    }
    return 0;
}

}  // namespace ww::ctl::cmd
