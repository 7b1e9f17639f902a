// SPDX-License-Identifier: BSD-3-Clause
//
// UTF-8 and the character classes of Go's unicode package (Unicode 15), from generated tables: the
// C library's depend on the locale of the process.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ww {

inline constexpr char32_t kReplacement = 0xFFFD;
inline constexpr char32_t kMaxRune = 0x10FFFF;

struct DecodedRune {
    char32_t rune = kReplacement;
    size_t size = 0;  // bytes; 1 with kReplacement means invalid, 0 the end of the text

    bool valid() const { return rune != kReplacement || size == 3; }
};
/// The first rune of `text`, as Go's utf8.DecodeRuneInString.
DecodedRune decode_rune(std::string_view text);
/// The last one.
DecodedRune decode_last_rune(std::string_view text);
/// Runes that UTF-8 cannot hold become U+FFFD.
void append_rune(std::string& out, char32_t rune);
size_t count_runes(std::string_view text);
bool is_valid_utf8(std::string_view text);

bool is_letter(char32_t rune);
bool is_digit(char32_t rune);  // category Nd
bool is_upper(char32_t rune);
bool is_lower(char32_t rune);
bool is_space(char32_t rune);  // property White_Space
bool is_print(char32_t rune);  // strconv.IsPrint
char32_t to_upper(char32_t rune);
char32_t to_lower(char32_t rune);
char32_t to_title(char32_t rune);
/// As Go's strings.ToLower: rune by rune; bytes that are not UTF-8 become U+FFFD.
std::string lower_case(std::string_view text);

}  // namespace ww
