// SPDX-License-Identifier: BSD-3-Clause
//
// Outline: where the entries of a nodes.conf begin and end, found without parsing it, so that an
// edit has to parse only the entries it touches. Only for files in which that is plain to see: two
// block maps at the root, every entry at one indentation. Anything else (flow style, other root
// keys, directives, more documents) has no outline and is read as a whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace ww::store {

/// From the line of a key to that of the next; comments behind an entry belong to it.
struct OutlineBlock {
    size_t begin = 0;
    size_t end = 0;
    uint32_t line = 0;  // of `begin`, from 1
};

struct OutlineSection {
    OutlineBlock header;  // the line "nodes:" and the comments below it
    std::vector<OutlineBlock> blocks;
};

struct Outline {
    std::optional<OutlineSection> profiles;
    std::optional<OutlineSection> nodes;
    bool profiles_first = true;  // if both are there
};

/// Nothing if the text has none. It may have one and still not be YAML. If every block, put below
/// its section's key, reads as one entry without help of the others, the text reads as all of them
/// do. `text` must be shorter than 4 GiB lines.
std::optional<Outline> outline_of(std::string_view text);

/// Whether "\n" alone ends lines in `text`, so that YAML counts them as we do.
bool has_plain_lines(std::string_view text);

}  // namespace ww::store
