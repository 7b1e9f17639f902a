// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/cmd/entry/preview.h"

#include <fmt/format.h>
#include <unistd.h>

namespace ww::ctl::cmd {

std::string named(const protocol::ChangeReply& reply, const std::string& missing) {
    const auto hint = reply.hints.find(missing);
    return hint == reply.hints.end() ? missing : fmt::format("{}; {}", missing, hint->second);
}

void warn_of_missing(Output& output, const protocol::ChangeReply& reply, fields::EntryKind kind) {
    for (const std::string& name : reply.missing)
        output.message(Level::Warn,
                       fmt::format("invalid {}: {}", to_string(kind), named(reply, name)));
}

void print_changes(Output& output, std::string_view summary) {
    constexpr size_t kLines = 100;
    output.print(::isatty(STDOUT_FILENO) == 0 ? std::string(summary)
                                              : first_lines(summary, kLines));
}

std::optional<std::string> show_changes(Output& output,
                                        const protocol::ChangeReply& preview,
                                        fields::EntryKind kind) {
    if (preview.summary.empty()) {
        output.print("No changes to apply.\n");
        return std::nullopt;
    }
    print_changes(output, preview.summary);
    return fmt::format(
        "Apply these changes to {} {}(s)?", preview.selected.size(), to_string(kind));
}

}  // namespace ww::ctl::cmd
