// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/cmd/entry/preview.h"

#include <fmt/format.h>

namespace ww::ctl::cmd {

void warn_of_missing(Output& output, const protocol::ChangeReply& reply, fields::EntryKind kind) {
    for (const std::string& name : reply.missing)
        output.message(Level::Warn, fmt::format("invalid {}: {}", to_string(kind), name));
}

std::optional<std::string> show_changes(Output& output,
                                        const protocol::ChangeReply& preview,
                                        fields::EntryKind kind) {
    if (preview.summary.empty()) {
        output.print("No changes to apply.\n");
        return std::nullopt;
    }
    output.print(preview.summary);
    return fmt::format(
        "Apply these changes to {} {}(s)?", preview.selected.size(), to_string(kind));
}

}  // namespace ww::ctl::cmd
