// SPDX-License-Identifier: BSD-3-Clause
//
// Outline: which lines of a nodes.conf are whose, found without parsing them. An entry's own lines
// go from its key to the last one that is indented deeper than the key, comments included. What
// comes below that, comments as deep as the key or less and blank lines, is nobody's: it stays
// where it is when the entry changes, goes, or comes back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace ww::store {

/// Lines as bytes of the text.
struct OutlineBlock {
    size_t begin = 0;
    size_t end = 0;
    uint32_t line = 0;  // of `begin`, from 1
};

struct OutlineEntry {
    std::string_view key;  // in the text, without quotes; empty if it would have to be decoded
    OutlineBlock block;    // from the line of the key to that of the next
    size_t own_end = 0;    // of the entry's own lines, before the newline of the last
};

struct OutlineSection {
    OutlineBlock header;  // the line "nodes:" and what stands above its first entry
    std::vector<OutlineEntry> entries;
};

struct Outline {
    std::optional<OutlineSection> profiles;
    std::optional<OutlineSection> nodes;
    bool profiles_first = true;  // if both are there
    /// Whether the entries can be read one by one: two block maps at the root, every entry at one
    /// indentation, and nothing else (flow style, other root keys, directives, more documents). If
    /// every block, put below its section's key, then reads as one entry without help of the
    /// others, the text reads as all of them do.
    bool is_plain = true;
};

/// Of any text, be it YAML or not; what it says has to be compared with what the text is read as.
/// `text` must outlive it, and be shorter than 4 GiB lines.
Outline outline_of(std::string_view text);

/// Whether "\n" alone ends lines in `text`, so that YAML counts them as we do.
bool has_plain_lines(std::string_view text);

}  // namespace ww::store
