// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl node set, wwctl profile set: shows what would change, asks, changes.
#include <fmt/format.h>

#include "ctl/cmd/handlers.h"
#include "ctl/field_flags.h"
#include "ctl/prompt.h"

namespace ww::ctl::cmd {

namespace {

struct Words {
    std::string_view noun;     // "node"
    std::string_view heading;  // before the summary
};

/// Compat: upstream's heading for profiles ends with a blank on the next line.
constexpr Words kNode = {"node", "Applying following changes:\n"};
constexpr Words kProfile = {"profile", "Applying following changes:\n "};

void warn_of_missing(Context& context, const Words& words, const protocol::ChangeReply& reply) {
    for (const std::string& name : reply.missing)
        context.output().message(Level::Warn, fmt::format("invalid {}: {}", words.noun, name));
}

template <class Route>
Result<int> set(Context& context, Route route, const Words& words, protocol::SetRequest request) {
    Output& output = context.output();
    request.rewrite = context.flags().is_true("rewrite");
    const bool only_look = context.flags().is_true("dry-run");
    if (context.flags().is_true("yes") && !only_look) {
        WW_TRY(const protocol::ChangeReply reply, context.call(route, request));
        warn_of_missing(context, words, reply);
        std::string text(words.heading);
        text += reply.summary;
        if (!text.ends_with('\n')) text += '\n';
        output.print(text);
        return 0;
    }
    request.dry_run = true;
    WW_TRY(const protocol::ChangeReply preview, context.call(route, request));
    warn_of_missing(context, words, preview);
    if (preview.summary.empty()) {
        output.print("No changes to apply.\n");
        return 0;
    }
    output.print(preview.summary);
    if (only_look) return 0;
    if (!confirm(
            fmt::format("Apply these changes to {} {}(s)?", preview.selected.size(), words.noun))) {
        output.print("No changes made!\n");
        return 0;
    }
    request.dry_run = false;
    request.state = preview.state;
    WW_TRY(const protocol::ChangeReply reply, context.call(route, request));
    (void)reply;
    return 0;
}

}  // namespace

Result<int> node_set(Context& context) {
    protocol::SetRequest request;
    request.names = context.arguments();
    request.all = context.flags().is_true("all");
    request.edit = edit_from(context.flags());
    if (request.all) context.output().message(Level::Warn, "this command will modify all nodes");
    return set(context, protocol::route::NodeSet{}, kNode, std::move(request));
}

Result<int> profile_set(Context& context) {
    protocol::SetRequest request;
    request.names = context.arguments();
    request.edit = edit_from(context.flags());
    return set(context, protocol::route::ProfileSet{}, kProfile, std::move(request));
}

}  // namespace ww::ctl::cmd
