// SPDX-License-Identifier: BSD-3-Clause
//
// The characters of a UTF-8 text, one by one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ww::store {

struct Character {
    uint32_t code = 0;
    size_t length = 0;  // bytes; 0: not UTF-8
};

/// The character that starts at byte `at`, which must be inside of the text.
Character character_at(std::string_view text, size_t at);

/// Whether a reader of a terminal sees it: no control, format or private character, and of the
/// spaces only the ordinary one. Source: Go's strconv.IsPrint, unassigned characters aside.
bool is_visible(uint32_t code);

}  // namespace ww::store
