// SPDX-License-Identifier: BSD-3-Clause
#include "base/unicode.h"

#include "support/catch.h"

using namespace ww;

TEST_CASE("runes are decoded, and bytes that are none become U+FFFD one by one",
          "[base][unicode]") {
    struct Row {
        std::string_view text;
        char32_t rune;
        size_t size;
    };
    const Row rows[] = {
        {"", kReplacement, 0},
        {"a", U'a', 1},
        {"é!", U'é', 2},
        {"世", U'世', 3},
        {"\U0001F600", 0x1F600, 4},
        {"\uFFFD", kReplacement, 3},
        {"\x80", kReplacement, 1},
        {"\xC3", kReplacement, 1},
        {"\xC0\x80", kReplacement, 1},
        {"\xED\xA0\x80", kReplacement, 1},      // a surrogate
        {"\xF4\x90\x80\x80", kReplacement, 1},  // beyond U+10FFFF
        {"\xE0\x80\x80", kReplacement, 1},      // overlong
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const DecodedRune next = decode_rune(row.text);
        CHECK(next.rune == row.rune);
        CHECK(next.size == row.size);
    }
    CHECK(decode_last_rune("aé").rune == U'é');
    CHECK(decode_last_rune("a\x80").size == 1);
    CHECK(count_runes("aé\xFF世") == 4);
    CHECK(is_valid_utf8("é\uFFFD"));
    CHECK_FALSE(is_valid_utf8("é\xFF"));
    std::string out;
    append_rune(out, 0xD800);
    append_rune(out, 0x10FFFF);
    CHECK(out == "\uFFFD\U0010FFFF");
}

TEST_CASE("character classes and cases are Unicode's, whatever the locale", "[base][unicode]") {
    CHECK((is_letter(U'é') && is_letter(U'世') && is_letter(U'ª') && !is_letter('_') &&
           !is_letter('1')));
    CHECK((is_digit('7') && is_digit(U'٣') && !is_digit(U'²')));
    CHECK((is_upper(U'Ä') && !is_upper(U'ä') && is_lower(U'ß') && !is_lower('A')));
    CHECK((is_space(' ') && is_space('\v') && is_space(0x85) && is_space(0x3000) &&
           !is_space(0x200B)));
    CHECK((is_print(' ') && is_print(U'世') && !is_print(0xA0) && !is_print(0x7F) &&
           !is_print(0xE0001)));
    CHECK(to_upper(U'ä') == U'Ä');
    CHECK(to_upper(U'ß') == U'ß');
    CHECK(to_lower(U'İ') == U'i');
    CHECK(to_title(U'ǆ') == U'ǅ');
    CHECK(to_upper(U'ǆ') == U'Ǆ');
    CHECK(to_lower(U'Ω') == U'ω');
}
