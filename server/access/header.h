// SPDX-License-Identifier: BSD-3-Clause
//
// The Authorization header: what it says, as Go's net/http reads it. Source: RFC 7617, RFC 6750.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace ww::access {

struct Login {
    std::string name;
    std::string password;
};
/// A token as it was sent.
struct Bearer {
    std::string token;
};

/// Nothing for another scheme, and for what is not well-formed.
std::optional<std::variant<Login, Bearer>> read_authorization(std::string_view header);

}  // namespace ww::access
