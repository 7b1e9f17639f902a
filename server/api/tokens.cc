// SPDX-License-Identifier: BSD-3-Clause
//
// Tokens for who asks over the network: made, listed, revoked.
#include <fmt/format.h>

#include <ctime>

#include "access/token_file.h"
#include "api/handlers.h"
#include "base/quote.h"
#include "store/database.h"

namespace ww::api {

namespace {

// A century: what is longer was meant to be without end.
constexpr int64_t kMostLifetime = int64_t{100} * 366 * 24 * 3600;

/// The line of the history. Without the secret, which is in no command.
void enter(Call& call, const std::string& what) {
    if (call.site.database.journal() == nullptr) return;
    store::Author author = author_of(call.caller);
    if (author.command.empty()) author.command = what;
    const auto number = call.site.database.record_files({.author = std::move(author)}, {});
    if (!number)
        call.note(
            {"warn", "this change will be missing in the history: " + number.error().message()});
}

}  // namespace

Result<protocol::TokenCreateReply> token_create(Call& call,
                                                const protocol::TokenCreateRequest& request) {
    const auto role = access::role_from(request.role);
    if (!role)
        return Error(ErrorCode::InvalidArgument, fmt::format("{} is no role", quote(request.role)))
            .with_hint("roles are read-only, operator and admin");
    if (request.lifetime < 0 || request.lifetime > kMostLifetime)
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("a token cannot last {} seconds", request.lifetime));
    const int64_t expires = request.lifetime == 0 ? 0 : std::time(nullptr) + request.lifetime;
    WW_TRY(std::string secret,
           call.site.tokens.create({.name = request.name,
                                    .role = *role,
                                    .scope = request.scope,
                                    .creator = call.caller.user,
                                    .expires = expires}));
    enter(call, fmt::format("token create {} --role {}", request.name, request.role));
    return protocol::TokenCreateReply{std::move(secret), expires};
}

Result<protocol::TokenListReply> token_list(Call& call, const protocol::Nothing&) {
    WW_TRY(const auto tokens, call.site.tokens.list());
    const int64_t now = std::time(nullptr);
    protocol::TokenListReply reply;
    for (const access::Token& token : tokens)
        reply.tokens.push_back({.name = token.name,
                                .role = std::string(to_string(token.role)),
                                .scope = token.scope,
                                .creator = token.creator,
                                .created = token.created,
                                .expires = token.expires,
                                .used = token.used,
                                .over = token.is_over(now)});
    return reply;
}

Result<protocol::Nothing> token_revoke(Call& call, const protocol::Selection& request) {
    if (request.names.empty())
        return Error(ErrorCode::InvalidArgument, "which token is to be revoked was not said");
    for (const std::string& name : request.names) {
        WW_TRY_VOID(call.site.tokens.revoke(name));
        enter(call, "token revoke " + name);
    }
    return protocol::Nothing{};
}

}  // namespace ww::api
