// SPDX-License-Identifier: BSD-3-Clause
//
// What decides who may do what: an Authorization header, auth.conf, the file of tokens; the first
// byte says which.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "access/auth_conf.h"
#include "access/header.h"
#include "access/limits.h"
#include "access/password.h"
#include "access/token.h"
#include "base/check.h"

using namespace ww::access;

namespace {

void check_header(std::string_view text) {
    const auto read = read_authorization(text);
    if (!read) return;
    if (const auto* login = std::get_if<Login>(&*read))
        WW_CHECK(login->name.find(':') == std::string::npos, "a name with a colon");
}

void check_auth_conf(std::string_view text) {
    const auto users = read_auth_conf(text, "auth.conf");
    if (!users) return;
    WW_CHECK(users->by_name.size() <= kMaxUsers, "more users than there may be");
    for (const auto& [name, user] : users->by_name)
        WW_CHECK(user.hash.empty() || usable_hash(user.hash).value_or("") == user.hash,
                 "a hash that is not the normal form of itself");
}

void check_tokens(std::string_view text) {
    const auto tokens = read_tokens(text, "tokens");
    if (!tokens) return;
    const auto again = read_tokens(tokens_text(*tokens), "tokens");
    WW_CHECK(again && *again == *tokens, "tokens that are others when they are written and read");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0]) {
        case 'h':
            check_header(text);
            break;
        case 'a':
            check_auth_conf(text);
            break;
        case 't':
            check_tokens(text);
            break;
        default:
            break;
    }
    return 0;
}
