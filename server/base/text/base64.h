// SPDX-License-Identifier: BSD-3-Clause
//
// Base64 with padding, and nothing else between. Source: RFC 4648 §4.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ww {

/// Nothing: it is none.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace ww
