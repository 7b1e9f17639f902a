// SPDX-License-Identifier: BSD-3-Clause
//
// A token: a long random word that stands for a role, for a while. What is kept of it is a digest;
// SHA-256 is right for that, since nobody can guess 32 random bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/role.h"
#include "base/result.h"

namespace ww::access {

struct Token {
    std::string name;
    Role role = Role::ReadOnly;
    std::vector<std::string> scope;  // "node", "image", …; empty: everything
    std::string creator;
    int64_t created = 0;  // Unix seconds, as all of these
    int64_t expires = 0;  // 0: never
    int64_t used = 0;     // last, kept coarse; 0: never
    std::string digest;   // of the secret, hex

    bool is_over(int64_t now) const { return expires != 0 && now >= expires; }
    bool operator==(const Token&) const = default;
};

/// "wwd_" and 64 hex digits.
std::string new_secret();
bool looks_like_secret(std::string_view text);
std::string digest_of_secret(std::string_view secret);

/// The word of a scope that stands for this one, the first of a path in /wwd/v1 or /api: "node" for
/// "nodes", "history" for "undo"; empty if there is none.
std::string_view scope_word(std::string_view word);
/// Words of a scope, each the first of paths in /wwd/v1: "node", or "nodes". Errors:
/// InvalidArgument (no such word, too many).
Result<std::vector<std::string>> read_scope(const std::vector<std::string>& words);
/// Errors: InvalidArgument (empty, too long, other than letters, digits and ._@-).
Result<void> check_token_name(std::string_view name);

/// The file's text: a line with its version, then a line for each token, its parts separated by
/// tabs.
std::string tokens_text(const std::vector<Token>& tokens);
/// Errors: Unprocessable with the line (damaged), FailedPrecondition (of a newer version),
/// TooLarge.
Result<std::vector<Token>> read_tokens(std::string_view text, const std::string& name);

}  // namespace ww::access
