// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/cmd/differences.h"

#include <fmt/format.h>

namespace ww::ctl::cmd {

std::string nodes_text(const std::string& nodes, int64_t count) {
    if (count == 0) return "no node has it";
    return count == 1 ? nodes : fmt::format("{} ({} nodes)", nodes, count);
}

void print_differences(Output& output, const std::vector<protocol::FileDifference>& files) {
    for (const protocol::FileDifference& file : files) {
        output.print(fmt::format("{} {} of overlay {}: {}, {}\n",
                                 file.context,
                                 file.path.empty() ? "archive" : file.path,
                                 file.overlay,
                                 file.what,
                                 nodes_text(file.nodes, file.count)));
        if (file.text.empty()) continue;
        output.print(file.text);
        output.print(file.text.ends_with('\n') ? "\n" : "\n\n");
    }
}

}  // namespace ww::ctl::cmd
