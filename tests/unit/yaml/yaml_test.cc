// SPDX-License-Identifier: BSD-3-Clause
#include "yaml/document.h"

#include <fmt/format.h>

#include "support/catch.h"
#include "yaml/map.h"
#include "yaml/natural_order.h"
#include "yaml/out_tree.h"
#include "yaml/scalar.h"
#include "yaml/writer.h"

using namespace ww::yaml;

namespace {

std::string written(const Value& value, int indent) { return write(out_tree(value), indent); }

Document document_of(std::string_view text) {
    auto document = read(text, "f");
    if (!document) FAIL(document.error().describe());
    return *std::move(document);
}

std::string refusal(std::string_view text) {
    const auto document = read(text, "f");
    if (!document) return document.error().headline();
    ww::yaml::Problems problems;
    if (document->root() != nullptr) (void)to_value(*document, *document->root(), problems);
    return problems.empty() ? "accepted" : problems.error().headline();
}

Value value_of(std::string_view text) {
    const Document document = document_of(text);
    ww::yaml::Problems problems;
    Value value = to_value(document, *document.root(), problems);
    if (!problems.empty()) FAIL(problems.error().describe());
    return value;
}

}  // namespace

TEST_CASE("characters mean what they mean to upstream's parser", "[store][yaml]") {
    // A colon before a comma or bracket is text in a flow collection.
    const Document flow = document_of("{mac: 02:00:, list: [a:, 'b\u00e9'], \u00e9: [x:]}\nn: 1\n");
    const Node& map = *flow.root();
    REQUIRE(map.items.size() == 6);
    CHECK(map.items[1]->text == "02:00:");
    CHECK(map.items[3]->items[0]->text == "a:");
    CHECK(map.items[3]->items[1]->column == 26);
    CHECK(map.items[5]->items[0]->text == "x:");
    CHECK(document_of("a: \"it\\'s\"\n").root()->items[1]->text == "it's");
    CHECK(refusal("a: \"\\q\"\n") == "f:1:4: found unknown escape character");
    // A comma belongs to a tag.
    const Document tagged = document_of("[!x, 1, !!y, {a: ;}]\n");
    REQUIRE(tagged.root()->items.size() == 2);
    CHECK(tagged.root()->items[0]->tag == "!x,");
    CHECK(tagged.root()->items[0]->text == "1");
    CHECK(tagged.root()->items[1]->tag == "!!y,");
    CHECK(tagged.root()->items[1]->items[1]->text == ";");
    // There is an end to it, as each has the text read again.
    std::string many = "[";
    for (int i = 0; i < 300; ++i) many += "a:,";
    CHECK(refusal(many + "]\n") == "f:1:602: found unexpected ':'");
}

TEST_CASE("a byte order mark is one at the start of the text, and text anywhere else", "[yaml]") {
    CHECK(to_json(value_of("\uFEFFa: 1\nb: 2\n")) == R"({"a":1,"b":2})");
    CHECK(to_json(value_of("a: 1\n\uFEFFb: 2\n")) == "{\"a\":1,\"\uFEFFb\":2}");
    CHECK(to_json(value_of("\uFEFFa: 1\n\uFEFFb: 2\n")) == "{\"a\":1,\"\uFEFFb\":2}");
    CHECK(to_json(value_of("# c\n\uFEFFa: \uFEFFx\n")) == "{\"\uFEFFa\":\"\uFEFFx\"}");
    CHECK(to_json(value_of("a: [1,\n\uFEFF2]\n")) == "{\"a\":[1,\"\uFEFF2\"]}");
    CHECK(to_json(value_of("{a: 1,\n\uFEFFb: 2}\n")) == "{\"a\":1,\"\uFEFFb\":2}");
    CHECK(to_json(value_of("a: \"x\n\uFEFF y\"\n")) == "{\"a\":\"x \uFEFF y\"}");
    // Its line and column are those of the text.
    CHECK(document_of("a: 1\n\uFEFFb: 2\n").root()->items[2]->column == 1);
    CHECK(document_of("a: 1\n\uFEFFb: 2\n").root()->items[3]->column == 5);
    CHECK(refusal("a: 1\n\uFEFF\nb: 2\n") == "f:2:1: could not find expected ':'");
    CHECK(refusal("a: x\n\uFEFF  z\n") != "accepted");
    CHECK(refusal("a: 1\n\uFEFF") != "accepted");
    CHECK(document_of("\uFEFF").root() == nullptr);
    // Upstream's parser loses the first character of each line here.
    CHECK(to_json(value_of("\uFEFF\uFEFFa: 1\nbb: 2\n")) == "{\"bb\":2,\"\uFEFFa\":1}");
}

TEST_CASE("the first tokens behind the document must be well-formed", "[store][yaml]") {
    CHECK(refusal("  a: 1\nb\n\nc: 2\n") ==
          "f:4:2: mapping values are not allowed in this context");
    CHECK(refusal("'a'}'\n").ends_with("found unexpected end of stream"));
    CHECK(refusal("--- a\n--- b\n") == "accepted");
    CHECK(refusal("--- a\n--- {b: c, d\n") == "accepted");
}

TEST_CASE("plain scalars resolve by the rules of upstream's library", "[store][yaml]") {
    struct Row {
        const char* text;
        const char* tag;
        const char* written;
    };
    const Row rows[] = {
        {"0x10", "!!int", "16"},
        {"010", "!!int", "8"},
        {"0o17", "!!int", "15"},
        {"-0b101", "!!int", "-5"},
        {"08", "!!float", "8"},
        {"1_000", "!!int", "1000"},
        {"1.0", "!!float", "1"},
        {"1.50", "!!float", "1.5"},
        {"1e6", "!!float", "1e+06"},
        {".5", "!!float", "0.5"},
        {"18446744073709551615", "!!int", "18446744073709551615"},
        {"18446744073709551616", "!!float", "1.8446744073709552e+19"},
        {"-9223372036854775808", "!!int", "-9223372036854775808"},
        {".inf", "!!float", ".inf"},
        {"-.INF", "!!float", "-.inf"},
        {".NaN", "!!float", ".nan"},
        {"2020-01-01", "!!timestamp", "2020-01-01T00:00:00Z"},
        {"2020-1-2 3:04:5.25", "!!timestamp", "2020-01-02T03:04:05.25Z"},
        {"2020-01-01T10:00:00+02:30", "!!timestamp", "2020-01-01T10:00:00+02:30"},
        {"2020-01-01T00:10:00-03:00", "!!timestamp", "2020-01-01T00:10:00-03:00"},
        {"0000-02-29", "!!timestamp", "0000-02-29T00:00:00Z"},
        {"2020-02-30", "!!str", "2020-02-30"},
        {"yes", "!!str", "\"yes\""},
        {"on", "!!str", "\"on\""},
        {"True", "!!bool", "true"},
        {"~", "!!null", "null"},
        {"", "!!null", "null"},
        {"null", "!!null", "null"},
        {"1:30", "!!str", "\"1:30\""},
        {"1e999", "!!str", "1e999"},
        {"0x", "!!str", "0x"},
        {"+", "!!str", "+"},
        {"1.2.3", "!!str", "1.2.3"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const Scalar scalar = resolve_plain(row.text);
        CHECK(scalar.tag == row.tag);
        CHECK(written(scalar.value, 2) == std::string(row.written) + "\n");
    }
}

TEST_CASE("tags decide, and refuse what does not fit", "[store][yaml]") {
    CHECK(value_of("!!str 12") == Value("12"));
    CHECK(value_of("!!float 1") == Value(1.0));
    CHECK(value_of("!!binary aGk=") == Value("hi"));
    CHECK(value_of("!mine x") == Value("x"));
    CHECK(refusal("!!int x") == "f:1:1: cannot decode !!str `x` as a !!int");
    CHECK(refusal("!!binary a") == "f:1:1: !!binary value contains invalid base64 data");
}

TEST_CASE("anchors, aliases and merge keys", "[store][yaml]") {
    const Value value = value_of(
        "base: &b {a: 1, c: 2}\n"
        "other: &o {c: 3, d: 4}\n"
        "one: {<<: *b, a: 9}\n"
        "two: {<<: [*b, *o]}\n"
        "same: *b\n");
    CHECK(to_json(*value.find("one")) == R"({"a":9,"c":2})");
    CHECK(to_json(*value.find("two")) == R"({"a":1,"c":2,"d":4})");
    CHECK(to_json(*value.find("same")) == R"({"a":1,"c":2})");
}

TEST_CASE("syntax errors name the place to look at", "[store][yaml]") {
    struct Row {
        const char* text;
        const char* error;
    };
    const Row rows[] = {
        {"nodes:\n\ta: {}\n", "f:2:1: found character that cannot start any token"},
        {"nodes:\n  a: {}\n  a: {}\n", "f:3:3: mapping key \"a\" already defined at line 2"},
        {"a: x: y\n", "f:1:5: mapping values are not allowed in this context"},
        {"a: 1\nb: \"open\nc: 2\n", "f:2:4: found unexpected end of stream"},
        {"a: [1, 2\nb: 3\n", "f:2:2: did not find expected ',' or ']'"},
        {"a: [b?c]\n", "f:1:5: a plain text inside [] or {} cannot hold '?'; quote it"},
        {"a: *b\n", "f:1:4: unknown anchor 'b' referenced"},
        {"a: &a [*a]\n", "f:1:8: anchor 'a' value contains itself"},
        {"{a: 1}: b\n", "f:1:1: invalid map key: a list or a map"},
        {"<<: 1\n", "f:1:5: map merge requires map or sequence of maps as the value"},
        {"%YAML 1.2\n---\na: 1\n", "f:1:1: found incompatible YAML document"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(refusal(row.text) == row.error);
    }
}

TEST_CASE("hostile documents end quickly", "[store][yaml]") {
    const auto chain = [](int links, int aliases) {
        std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
        for (int i = 1; i < links; ++i) {
            text += fmt::format("a{}: &a{} [", i, i);
            for (int j = 0; j < aliases; ++j)
                text += fmt::format("{}*a{}", j == 0 ? "" : ", ", i - 1);
            text += "]\n";
        }
        return text;
    };
    CHECK(refusal(chain(12, 9)).find("more than 4000000 values") != std::string::npos);
    CHECK(refusal(chain(998, 1)) == "accepted");
    CHECK(refusal(chain(999, 1)).find("nested deeper than 1000 levels") != std::string::npos);
    CHECK(refusal(std::string(kMaxDepth + 10, '[')).starts_with("f:1:"));
    CHECK(refusal(std::string(100'000, '[')).starts_with("f:1:"));
}

TEST_CASE("only the first document is read, and the rest is noticed", "[store][yaml]") {
    const Document two = document_of("a: 1\n---\nb: 2\n");
    REQUIRE(two.second_document());
    CHECK(two.second_document()->line == 2);
    CHECK(document_of("  a: 1\nb: 2\n").second_document());
    CHECK_FALSE(document_of("---\na: 1\n...\n").second_document());
    CHECK(document_of("").root() == nullptr);
    CHECK(document_of("# only a comment\n").root() == nullptr);
}

TEST_CASE("scalars are written in the style upstream chooses", "[store][yaml]") {
    struct Row {
        const char* value;
        const char* written;
    };
    const Row rows[] = {
        {"plain", "plain"},
        {"~p1", "~p1"},
        {"a,b", "a,b"},
        {"it's", "it's"},
        {"<<", "<<"},
        {"=", "="},
        {"größe", "größe"},
        {"", "\"\""},
        {"true", "\"true\""},
        {"yes", "\"yes\""},
        {"n", "\"n\""},
        {"9000", "\"9000\""},
        {"1.5", "\"1.5\""},
        {"00:00:00:00:00:01", "\"00:00:00:00:00:01\""},
        {"52:54:00:12:34:56", "\"52:54:00:12:34:56\""},
        {"52:54:00:77:00:01", "52:54:00:77:00:01"},
        {"e6:92:39:49:7b:03", "e6:92:39:49:7b:03"},
        {"fd00::1", "fd00::1"},
        {"fd00::", "'fd00::'"},
        {"a: b", "'a: b'"},
        {"a #b", "'a #b'"},
        {"- a", "'- a'"},
        {"-a", "-a"},
        {"---", "'---'"},
        {" a", "' a'"},
        {"'q'", "'''q'''"},
        {"@x", "'@x'"},
        {"a\tb", "\"a\\tb\""},
        {"a\rb", "\"a\\rb\""},
        {"a\xE2\x80\xA8"
         "b",
         "\"a\\Lb\""},
        {"\xF0\x9F\x98\x80", "\"\\U0001F600\""},
        // Compat: behind one at the start, all is escaped.
        {"\uFEFFx", "\"\\uFEFF\\x78\""},
        {"\uFEFFé漢\U0001F600 0\"\n\u00A0",
         "\"\\uFEFF\\xE9\\u6F22\\U0001F600\\x20\\x30\\\"\\n\\_\""},
        {"\uFEFF: \uFEFF", "\"\\uFEFF\\x3A\\x20\\uFEFF\""},
        {"\uFEFF", "\"\\uFEFF\""},
        {"x\uFEFFy\u00A0z", "\"x\\uFEFFy\u00A0z\""},
        {"a\xFF", "!!binary Yf8="},
        {"a\nb", "|-\n  a\n  b"},
        {"a\nb\n", "|\n  a\n  b"},
        {"a\n\n", "|+\n  a\n"},
        {"  a\nb", "|2-\n    a\n  b"},
        {"\na", "\"\\na\""},
        {"a \nb", "\"a \\nb\""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.value);
        CHECK(written(Value(Value::Map{{"k", row.value}}), 2) ==
              fmt::format("k: {}\n", row.written));
        if (std::string_view(row.written).starts_with("!!")) continue;
        CHECK(value_of(fmt::format("k: {}\n", row.written)).find("k")->get<std::string>() !=
              nullptr);
        CHECK(*value_of(fmt::format("k: {}\n", row.written)).find("k")->get<std::string>() ==
              row.value);
    }
}

TEST_CASE("a key that would read as a merge is quoted", "[store][yaml]") {
    CHECK(written(Value(Value::Map{{"<<", "x"}}), 2) == "\"<<\": x\n");
}

TEST_CASE("nested collections keep upstream's indentation", "[store][yaml]") {
    const Value value = value_of("{a: [{b: 1, c: [2, [3, 4]]}, {}], d: {}, e: []}");
    CHECK(written(value, 2) ==
          "a:\n  - b: 1\n    c:\n      - 2\n      - - 3\n        - 4\n  - {}\nd: {}\ne: []\n");
    CHECK(written(value, 4) ==
          "a:\n    - b: 1\n      c:\n        - 2\n        - - 3\n          - 4\n    - {}\nd: "
          "{}\ne: []\n");
    CHECK(written(Value(), 2) == "null\n");
    CHECK(written(Value(Value::Map{}), 2) == "{}\n");
}

TEST_CASE("map keys are written in natural order", "[store][yaml]") {
    const char* sorted[] = {"_x",
                            "9",
                            "10",
                            "N1",
                            "a-1",
                            "a.b",
                            "a1",
                            "n",
                            "n1",
                            "n1a",
                            "n1b2",
                            "n1-2",
                            "n01",
                            "n2",
                            "n10"};
    for (size_t i = 0; i + 1 < std::size(sorted); ++i) {
        CAPTURE(sorted[i], sorted[i + 1]);
        CHECK(natural_less(sorted[i], sorted[i + 1]));
        CHECK_FALSE(natural_less(sorted[i + 1], sorted[i]));
    }
}

TEST_CASE("JSON of arbitrary values", "[store][yaml]") {
    CHECK(
        to_json(value_of(
            "{b: 1e21, a: [x, 1.50, null, true], c: '<&>', d: 2020-01-01, 1: y, e: 1e-7}")) ==
        R"({"1":"y","a":["x",1.5,null,true],"b":1e+21,"c":"\u003c\u0026\u003e","d":"2020-01-01T00:00:00Z","e":1e-7})");
    CHECK(to_json(value_of("[.inf, -.inf, .nan]")) == R"(["+Inf","-Inf","NaN"])");
    CHECK(to_json(Value("\x01\n\xFF")) == "\"\\u0001\\n\\ufffd\"");
}
