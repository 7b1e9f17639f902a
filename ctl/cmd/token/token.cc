// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl token create, list, revoke.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "ctl/cmd/handlers.h"
#include "ctl/cmd/revision.h"
#include "ctl/json.h"
#include "ctl/time.h"

namespace ww::ctl::cmd {

namespace {

constexpr std::string_view kNever = "never";

Result<int64_t> lifetime_of(const std::string& text) {
    if (text == kNever) return int64_t{0};
    WW_TRY(const int64_t seconds, read_duration(text), "reading --expires");
    if (seconds > 0) return seconds;
    return Error(ErrorCode::InvalidArgument, "a token that lasts no time is of no use");
}

std::string moment(int64_t unix_seconds) {
    return unix_seconds == 0 ? std::string(kNever) : time_text(unix_seconds);
}

}  // namespace

Result<int> token_create(Context& context) {
    const FlagValues& flags = context.flags();
    WW_TRY(const int64_t lifetime, lifetime_of(flags.text("expires")));
    WW_TRY(const auto reply,
           context.call(protocol::route::TokenCreate{},
                        {.name = context.arguments()[0],
                         .role = flags.text("role"),
                         .scope = flags.items("scope"),
                         .lifetime = lifetime}));
    context.output().print(reply.secret + "\n");
    context.output().print_error(
        fmt::format("This is the only time it is shown. {}\n",
                    reply.expires == 0 ? "It never expires."
                                       : "It lasts until " + time_text(reply.expires) + "."));
    return 0;
}

Result<int> token_list(Context& context) {
    WW_TRY(const auto reply, context.call(protocol::route::TokenList{}, {}));
    if (context.flags().is_true("json")) {
        print_json(context.output(), protocol::route::TokenList{}, reply);
        return 0;
    }
    protocol::Table table{{"NAME", "ROLE", "SCOPE", "BY", "CREATED", "EXPIRES", "LAST USED"}, {}};
    for (const protocol::TokenInfo& token : reply.tokens)
        table.rows.push_back(
            {token.name,
             token.role,
             token.scope.empty() ? "everything" : fmt::format("{}", fmt::join(token.scope, ",")),
             token.creator,
             time_text(token.created),
             moment(token.expires) + (token.over ? " (over)" : ""),
             moment(token.used)});
    context.output().print(format_table(table, "--"));
    return 0;
}

Result<int> token_revoke(Context& context) {
    WW_TRY(const auto done, context.call(protocol::route::TokenRevoke{}, {context.arguments()}));
    (void)done;
    return 0;
}

}  // namespace ww::ctl::cmd
