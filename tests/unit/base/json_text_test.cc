// SPDX-License-Identifier: BSD-3-Clause
//
// Expected values are those of Go 1.26's encoding/json.
#include "base/json_text.h"

#include "support/catch.h"

using namespace ww;

TEST_CASE("a JSON string is quoted as Go quotes it", "[base][json_text]") {
    CHECK(json_quote("") == R"("")");
    CHECK(json_quote("a\"b\\c/") == R"("a\"b\\c/")");
    CHECK(json_quote("\b\f\n\r\t") == R"("\b\f\n\r\t")");
    CHECK(json_quote({"\0\x1F\x7F", 3}) == "\"\\u0000\\u001f\x7F\"");
    CHECK(json_quote("<a&b>") == R"("\u003ca\u0026b\u003e")");
    CHECK(json_quote("é世\U0001F600") == "\"é世\U0001F600\"");
    CHECK(json_quote("\u2028\u2029") == R"("\u2028\u2029")");
    CHECK(json_quote("a\xFF\xC3z") == R"("a\ufffd\ufffdz")");
    CHECK(json_quote("\uFFFD") == "\"\uFFFD\"");
}

TEST_CASE("a JSON string can keep what it would escape", "[base][json_text]") {
    std::string out = "x=";
    append_json_string(out, "<\xFF>", {.escape_html = false, .keep_invalid = true});
    CHECK(out == "x=\"<\xFF>\"");
}
