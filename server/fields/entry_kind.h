// SPDX-License-Identifier: BSD-3-Clause
//
// The two kinds of entries nodes.conf has.
#pragma once

#include <cstdint>
#include <string_view>

namespace ww::fields {

/// In the order of the file.
enum class EntryKind : uint8_t { Profile, Node };

/// "profile" or "node", as messages and commands call it.
constexpr std::string_view to_string(EntryKind kind) {
    return kind == EntryKind::Profile ? "profile" : "node";
}

}  // namespace ww::fields
