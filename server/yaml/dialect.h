// SPDX-License-Identifier: BSD-3-Clause
//
// Some characters mean something else to upstream's YAML parser than to libyaml. Where one of them
// matters, libyaml is given a stand-in, which is put back in what it makes of the text. A stand-in
// takes the place of one character, so lines and columns stay what they are.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ww::yaml {

class Dialect {
   public:
    explicit Dialect(std::string_view text);

    /// What to give to libyaml.
    std::string_view text() const { return amended() ? changed_ : text_; }

    // Each puts a stand-in where libyaml stopped, `index` characters into the text, and says
    // whether there was something to replace; the text is then to be read again.

    /// "found unexpected ':'": upstream's parser takes `a:` in `[a:, b]` as text.
    bool amend_colon(size_t index);
    /// "found unknown escape character": upstream's parser knows \' in double quotes.
    bool amend_escape(size_t index);
    /// A tag that ended: to upstream's parser a comma and brackets belong to it.
    bool amend_tag(size_t index);

    /// Whether there are stand-ins to put back.
    bool amended() const { return replaced_ > 0 || marks_hidden_; }
    std::string scalar(std::string_view read) const;
    std::string tag(std::string_view read) const;

   private:
    struct Place {
        size_t offset = 0;
        bool there = false;
    };
    Place find(size_t index) const;
    bool replace(size_t offset, std::string_view stand_in);

    std::string_view text_;
    std::string changed_;
    int replaced_ = 0;
    bool marks_hidden_ = false;
    char tag_marks_[3] = {};  // for , [ ]
};

}  // namespace ww::yaml
