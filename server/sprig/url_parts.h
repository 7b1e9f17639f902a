// SPDX-License-Identifier: BSD-3-Clause
//
// URLs in parts, taken apart and put together as Go's net/url does.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ww::sprig {

struct UserInfo {
    std::string name;
    std::optional<std::string> password;

    /// "name:password", escaped.
    std::string to_string() const;
};

/// Path and fragment are unescaped, everything else is as it was written.
struct UrlParts {
    std::string scheme;
    std::string opaque;
    std::optional<UserInfo> user;
    std::string host;  // with its port
    std::string path;
    std::string query;
    std::string fragment;

    /// The host without port and brackets.
    std::string hostname() const;
    std::string to_string() const;
};

/// Nothing, with Go's message in `error`, if `text` is no URL.
std::optional<UrlParts> parse_url(std::string_view text, std::string& error);

}  // namespace ww::sprig
