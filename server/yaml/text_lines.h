// SPDX-License-Identifier: BSD-3-Clause
//
// Where the lines of a text are: from the line and column the YAML parser names to bytes, by the
// same rules of what ends a line.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace ww::yaml {

class TextLines {
   public:
    /// `text` must outlive this.
    explicit TextLines(std::string_view text);

    uint32_t count() const { return static_cast<uint32_t>(starts_.size()); }
    /// Offset of the first byte of a line; that of the end of the text for lines behind the last.
    size_t start(uint32_t line) const;
    /// A line without what ends it. Lines count from 1.
    std::string_view line(uint32_t number) const;
    /// Offset of a character; columns count from 1, in characters.
    size_t offset(uint32_t line, uint32_t column) const;
    /// Columns of spaces before the first other character, or the whole length of a blank line.
    uint32_t indent(uint32_t line) const;
    bool is_blank(uint32_t line) const;
    bool is_comment(uint32_t line) const;

   private:
    std::string_view text_;
    std::vector<size_t> starts_;
};

}  // namespace ww::yaml
