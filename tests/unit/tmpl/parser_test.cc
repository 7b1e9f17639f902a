// SPDX-License-Identifier: BSD-3-Clause
#include "tmpl/parser.h"

#include "render.h"
#include "support/catch.h"

using ww::tmpl::Parser;
using ww::tmpl::print_list;
using ww::tmpl::test::builtins;

namespace {

std::string printed(std::string_view text, bool keep_comments = false) {
    const auto set = Parser(text, "t", builtins(), keep_comments).run();
    if (!set) return "error: " + set.error().message();
    std::string out;
    print_list(out, (*set)->main().root);
    return out;
}

}  // namespace

// What Go 1.26's parser prints for the same texts.
TEST_CASE("a parsed template prints itself in its canonical form", "[tmpl][parser]") {
    struct Row {
        const char* text;
        const char* printed;
    };
    const Row rows[] = {
        {"{{  .a.b   |   print 1   (len .c)  }}", "{{.a.b | print 1 (len .c)}}"},
        {"{{$x:=1}}{{$x = `a`}}{{$x.y}}", "{{$x := 1}}{{$x = `a`}}{{$x.y}}"},
        {"{{(print .a).b.c}} {{print (1) 'x' 0x1F 1_0}}",
         "{{(print .a).b.c}} {{print (1) 'x' 0x1F 1_0}}"},
        {"{{if .a}}b{{else if .c}}d{{else}}e{{end}}",
         "{{if .a}}b{{else}}{{if .c}}d{{else}}e{{end}}{{end}}"},
        {"{{range $i, $e := .l}}{{break}}{{continue}}{{else}}x{{end}}",
         "{{range $i, $e := .l}}{{break}}{{continue}}{{else}}x{{end}}"},
        {"{{with $x := 1}}a{{else with 2}}b{{end}}",
         "{{with $x := 1}}a{{else}}{{with 2}}b{{end}}{{end}}"},
        {"{{define `a`}}x{{end}}{{template \"a\" .}}", "{{template \"a\" .}}"},
        {"{{block \"a\" 1}}x{{end}}", "{{template \"a\" 1}}"},
        {"a {{- /* c */ -}} b", "ab"},
        {"{{1 | }}", "{{1}}"},
        {"{{print nil true . $}}", "{{print nil true . $}}"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(printed(row.text) == row.printed);
        // Canonical: printing what was printed changes nothing.
        if (std::string_view(row.text).find("define") == std::string_view::npos)
            CHECK(printed(row.printed) == row.printed);
    }
    CHECK(printed("{{/* key: text */}}a", true) == "{{/* key: text */}}a");
}

TEST_CASE("a parser says what it does not understand, and in which line", "[tmpl][parser]") {
    struct Row {
        const char* text;
        const char* message;
    };
    const Row rows[] = {
        {"{{}}", "1: missing value for command"},
        {"\n{{if}}{{end}}", "2: missing value for if"},
        {"{{if 1}}", "1: unexpected EOF"},
        {"{{end}}", "1: unexpected {{end}}"},
        {"{{if 1}}{{else}}{{else}}{{end}}", "1: expected end; found {{else}}"},
        {"{{range 1}}{{else if 1}}{{end}}", "1: unexpected <if> in input"},
        {"{{break}}", "1: {{break}} outside {{range}}"},
        {"{{range .}}{{break 1}}{{end}}", "1: unexpected \"1\" in {{break}}"},
        {"{{nosuch}}", "1: function \"nosuch\" not defined"},
        {"{{$x}}", "1: undefined variable \"$x\""},
        {"{{1 | 2}}", "1: non executable command in pipeline stage 2"},
        {"{{\"a\".b}}", "1: unexpected . after term \"\\\"a\\\"\""},
        {"{{$a, $b := 1}}", "1: too many declarations in command"},
        {"{{range $a, 1}}{{end}}", "1: range can only initialize variables"},
        {"{{define 1}}{{end}}", "1: unexpected \"1\" in define clause"},
        {"{{define \"a\"}}x{{end}}\n{{define \"a\"}}y{{end}}",
         "2: template: multiple definition of template \"a\""},
        {"{{block \"a\" 1}}\n{{else}}{{end}}", "1: unexpected {{else}} in block clause"},
        {"{{template a}}", "1: unexpected \"a\" in template clause"},
        {"{{\n.x\n", "3: unclosed action started at t:1"},
        {"{{\n1k}}", "2: bad number syntax: \"1k\" in action started at t:1"},
        {"{{\"\\z\"}}", "1: invalid syntax"},
        {"{{089}}", "1: integer overflow: \"089\""},
        {"{{print \"a long string constant\"\"b\"}}", "1: unexpected \"\\\"b\\\"\" in operand"},
        {"{{if .aVeryLongFieldName.x == 1}}{{end}}", "1: unexpected \"=\" in operand"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(printed(row.text) == "error: template: t:" + std::string(row.message));
    }
}

TEST_CASE("a template may be defined again if one body is blank", "[tmpl][parser]") {
    CHECK(ww::tmpl::test::render(
              "{{define \"a\"}} {{/* c */}}{{end}}{{define \"a\"}}x{{end}}{{template \"a\"}}") ==
          "x");
    CHECK(ww::tmpl::test::render("{{define \"t\"}}own{{end}}") == "own");
}

TEST_CASE("nesting beyond the limit is refused", "[tmpl][parser][limits]") {
    const auto repeated = [](std::string_view text, int count) {
        std::string out;
        for (int i = 0; i < count; ++i) out += text;
        return out;
    };
    using ww::tmpl::kMaxNesting;
    const auto parens = [&](int depth) {
        return printed("{{" + repeated("(", depth) + "1" + repeated(")", depth) + "}}");
    };
    const auto blocks = [&](int depth) {
        return printed(repeated("{{if 1}}", depth) + repeated("{{end}}", depth));
    };
    CHECK_THAT(parens(kMaxNesting), Catch::StartsWith("{{(("));
    CHECK(parens(kMaxNesting + 1) == "error: template: t:1: max expression depth exceeded");
    CHECK_THAT(blocks(kMaxNesting), Catch::StartsWith("{{if 1}}"));
    CHECK(blocks(kMaxNesting + 1) == "error: template: t:1: blocks nested too deeply");
}

TEST_CASE("a template over the size limit is refused", "[tmpl][parser][limits]") {
    const std::string text(ww::tmpl::kMaxTemplateBytes + 1, 'x');
    const auto set = Parser(text, "t", builtins()).run();
    REQUIRE_FALSE(set);
    CHECK(set.error().code() == ww::ErrorCode::TooLarge);
    CHECK(Parser(std::string_view(text).substr(1), "t", builtins()).run());
}

TEST_CASE("errors of parsing carry their place", "[tmpl][parser]") {
    const auto set = Parser("\n\n{{end}}", "hosts.ww", builtins()).run();
    REQUIRE_FALSE(set);
    CHECK(set.error().place().file == "hosts.ww");
    CHECK(set.error().place().line == 3);
}
