// SPDX-License-Identifier: BSD-3-Clause
//
// Edits of a text: what to put in place of which bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ww::yaml {

struct TextEdit {
    size_t begin = 0;
    size_t end = 0;
    std::string text;  // ends with a newline unless it is part of a line
};

/// The text with all edits made; those at one place come in the order given. A last line without an
/// end gets one before lines are put behind it, and "\r\n" is used where the text uses it.
std::string apply_edits(std::string_view text, std::vector<TextEdit> edits);

}  // namespace ww::yaml
