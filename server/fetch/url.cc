// SPDX-License-Identifier: BSD-3-Clause
#include "fetch/url.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/ascii.h"
#include "base/quote.h"

namespace ww::fetch {

namespace {

constexpr uint16_t kHttpPort = 80;
constexpr uint16_t kHttpsPort = 443;

// A line of a request must not gain another.
bool is_printable(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

bool is_host(std::string_view text, std::string_view marks) {
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        const char lower = static_cast<char>(c | 0x20);
        return is_ascii_digit(c) || (lower >= 'a' && lower <= 'z') ||
               marks.find(c) != std::string_view::npos;
    });
}

}  // namespace

bool Url::same_origin(const Url& other) const {
    return tls == other.tls && same_ignoring_case(host.name, other.host.name) &&
           host.port == other.host.port;
}

Result<Url> parse_url(std::string_view text) {
    const auto refused = [&](std::string_view why) {
        return Error(ErrorCode::InvalidArgument, fmt::format("{}: {}", quote(text), why));
    };
    if (!is_printable(text)) return refused("a URL has no blanks");
    Url url;
    const size_t colon = text.find("://");
    const std::string_view scheme = text.substr(0, std::min(colon, text.size()));
    url.tls = same_ignoring_case(scheme, "https");
    if (colon == std::string_view::npos || (!url.tls && !same_ignoring_case(scheme, "http")))
        return refused("neither http:// nor https://");
    std::string_view rest = text.substr(colon + 3);
    const size_t end = std::min(rest.find_first_of("/?#"), rest.size());
    std::string_view authority = rest.substr(0, end);
    rest.remove_prefix(end);
    if (authority.find('@') != std::string_view::npos) return refused("no user belongs there");
    if (rest.find('#') != std::string_view::npos) return refused("no fragment belongs there");
    if (!rest.empty()) url.target = (rest.front() == '/' ? "" : "/") + std::string(rest);
    url.host.port = url.tls ? kHttpsPort : kHttpPort;
    std::string_view port;
    if (authority.starts_with('[')) {
        const size_t close = authority.find(']');
        if (close == std::string_view::npos) return refused("a bracket is not closed");
        url.host.name = authority.substr(1, close - 1);
        port = authority.substr(close + 1);
        if (!port.empty() && port.front() != ':') return refused("no port");
    } else {
        const size_t at = std::min(authority.find(':'), authority.size());
        url.host.name = authority.substr(0, at);
        port = authority.substr(at);
    }
    if (!is_host(url.host.name, authority.starts_with('[') ? ":." : "-._"))
        return refused("no host");
    if (!port.empty()) {
        port.remove_prefix(1);
        const auto [last, error] =
            std::from_chars(port.data(), port.data() + port.size(), url.host.port);
        if (error != std::errc{} || last != port.data() + port.size() || url.host.port == 0)
            return refused("no port");
    }
    return url;
}

Result<Url> resolve(const Url& base, std::string_view reference) {
    if (!reference.starts_with('/') || reference.starts_with("//")) return parse_url(reference);
    if (!is_printable(reference))
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("{}: a path has no blanks", quote(reference)));
    Url url = base;
    url.target = reference.substr(0, reference.find('#'));
    return url;
}

}  // namespace ww::fetch
