// SPDX-License-Identifier: BSD-3-Clause
//
// FieldFormat: one formatted field of Go's fmt, that is a number, text or rune with flags, width
// and precision. Knows no Values; go_format.cc takes those apart.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ww::golib {

struct FieldFormat {
    bool minus = false, plus = false, sharp = false, space = false, zero = false;
    bool plus_v = false, sharp_v = false;  // %+v and %#v, which are formats of their own
    bool has_width = false, has_precision = false;
    int width = 0, precision = 0;

    void boolean(std::string& out, bool value) const;
    /// `verb` decides about the 0o of %O only.
    void integer(std::string& out,
                 uint64_t bits,
                 bool is_signed,
                 int base,
                 char32_t verb,
                 bool upper_case = false) const;
    void unicode(std::string& out, uint64_t rune) const;           // %U
    void character(std::string& out, uint64_t rune) const;         // %c
    void quoted_character(std::string& out, uint64_t rune) const;  // %q
    void floating(
        std::string& out, double value, int bits, char format, int default_precision) const;
    void text(std::string& out, std::string_view text) const;                  // %s
    void quoted(std::string& out, std::string_view text) const;                // %q
    void hex(std::string& out, std::string_view text, bool upper_case) const;  // %x

    /// As it is, but padded to the width.
    void pad(std::string& out, std::string_view text) const;

   private:
    void padding(std::string& out, int count) const;
    void pad_with_spaces(std::string& out, std::string_view text) const;
    std::string_view truncated(std::string_view text) const;
};

}  // namespace ww::golib
