// SPDX-License-Identifier: BSD-3-Clause
#include "access/header.h"

#include "base/ascii.h"
#include "base/text/base64.h"

namespace ww::access {

namespace {

std::optional<std::string_view> after_scheme(std::string_view header, std::string_view scheme) {
    if (header.size() <= scheme.size() || header[scheme.size()] != ' ' ||
        !same_ignoring_case(header.substr(0, scheme.size()), scheme))
        return std::nullopt;
    return header.substr(scheme.size() + 1);
}

}  // namespace

std::optional<std::variant<Login, Bearer>> read_authorization(std::string_view header) {
    if (const auto token = after_scheme(header, "Bearer")) return Bearer{std::string(*token)};
    const auto text = after_scheme(header, "Basic");
    if (!text) return std::nullopt;
    const auto pair = decode_base64(*text);
    if (!pair) return std::nullopt;
    const size_t colon = pair->find(':');
    if (colon == std::string::npos) return std::nullopt;
    return Login{pair->substr(0, colon), pair->substr(colon + 1)};
}

}  // namespace ww::access
