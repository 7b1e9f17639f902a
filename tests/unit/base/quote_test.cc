// SPDX-License-Identifier: BSD-3-Clause
//
// Expected values are those of Go 1.26's strconv.
#include "base/quote.h"

#include "support/catch.h"

using namespace ww;

TEST_CASE("text is quoted as Go quotes it", "[base][quote]") {
    const auto quote = [](std::string_view text, bool ascii = false) {
        std::string out;
        append_quoted(out, text, ascii);
        return out;
    };
    CHECK(quote("a\"b\\c\n\t\x01\x7F") == R"("a\"b\\c\n\t\x01\x7f")");
    CHECK(quote("é世\U0001F600") == "\"é世\U0001F600\"");
    CHECK(quote("é世\U0001F600", true) == R"("\u00e9\u4e16\U0001f600")");
    CHECK(quote("\xFFz\xC3") == R"("\xffz\xc3")");
    CHECK(quote("\u200B\uFEFF\U000E0001") == R"("\u200b\ufeff\U000e0001")");
    std::string rune;
    append_quoted_rune(rune, '\'');
    append_quoted_rune(rune, 0x110000);
    CHECK(rune == R"('\'''�')");
    CHECK(can_backquote("a\tb\"é"));
    CHECK_FALSE(can_backquote("a`b"));
    CHECK_FALSE(can_backquote("a\nb"));
}

TEST_CASE("literals are unquoted", "[base][quote]") {
    CHECK(unquote(R"("a\n\x41\101\u00e9\U0001F600\"")") == "a\nAAé\U0001F600\"");
    CHECK(unquote("`a\\n\r\nb`") == "a\\n\nb");
    CHECK(unquote(R"("\xff")") == "\xFF");
    for (const char* bad : {R"("\z")",
                            R"("\x1")",
                            R"("\777")",
                            R"("\ud800")",
                            R"("\U00110000")",
                            R"("\'")",
                            "\"a",
                            "\""}) {
        CAPTURE(bad);
        CHECK_FALSE(unquote(bad).has_value());
    }
    size_t length = 0;
    CHECK(unquote_rune("'a'", length) == U'a');
    CHECK(length == 3);
    CHECK(unquote_rune("'ab'", length) == U'a');
    CHECK(length != 4);
    CHECK_FALSE(unquote_rune("''", length).has_value());
}
