// SPDX-License-Identifier: BSD-3-Clause
#include "tmpl/lexer.h"

#include "support/catch.h"

using ww::tmpl::Lexer;
using ww::tmpl::Token;
using ww::tmpl::TokenKind;

namespace {

std::string letter(TokenKind kind) {
    switch (kind) {
        case TokenKind::Error:
            return "ERROR";
        case TokenKind::Eof:
            return "EOF";
        case TokenKind::Text:
            return "text";
        case TokenKind::Comment:
            return "comment";
        case TokenKind::LeftDelimiter:
            return "{{";
        case TokenKind::RightDelimiter:
            return "}}";
        case TokenKind::Space:
            return "_";
        case TokenKind::Boolean:
            return "bool";
        case TokenKind::CharConstant:
            return "char";
        case TokenKind::Complex:
            return "complex";
        case TokenKind::Number:
            return "number";
        case TokenKind::String:
            return "string";
        case TokenKind::RawString:
            return "raw";
        case TokenKind::Identifier:
            return "name";
        case TokenKind::Field:
            return "field";
        case TokenKind::Variable:
            return "variable";
        default:
            return "";
    }
}

// Kinds with the text of those that have one; keywords and punctuation as they are.
std::string lexed(std::string_view text, Lexer::Options options = {}) {
    Lexer lexer(text, options);
    std::string out;
    while (true) {
        const Token token = lexer.next();
        if (!out.empty()) out += ' ';
        const std::string kind = letter(token.kind);
        out += kind.empty() ? std::string(token.text) : kind;
        const bool plain = kind.empty() || token.kind == TokenKind::Eof || kind == "{{" ||
                           kind == "}}" || kind == "_";
        if (!plain) out += "(" + std::string(token.text) + ")";
        if (token.kind == TokenKind::Eof || token.kind == TokenKind::Error) return out;
    }
}

}  // namespace

TEST_CASE("a template is cut into tokens", "[tmpl][lexer]") {
    struct Row {
        const char* text;
        const char* tokens;
    };
    const Row rows[] = {
        {"", "EOF"},
        {"a }} b", "text(a }} b) EOF"},
        {"{{.x}}", "{{ field(.x) }} EOF"},
        {"{{ .a.b }}", "{{ _ field(.a) field(.b) _ }} EOF"},
        {"{{$x := 1 | f}}", "{{ variable($x) _ := _ number(1) _ | _ name(f) }} EOF"},
        {"{{$}}", "{{ variable($) }} EOF"},
        {"{{ . }}", "{{ _ . _ }} EOF"},
        {"{{(1)}}", "{{ ( number(1) ) }} EOF"},
        {"{{'a' \"b}}\" `c\n` true nil}}",
         "{{ char('a') _ string(\"b}}\") _ raw(`c\n`) _ bool(true) _ nil }} EOF"},
        {"{{if range else end with template define block}}",
         "{{ if _ range _ else _ end _ with _ template _ define _ block }} EOF"},
        {"{{1.5 -2 0x1F 1e3 .5 1i 1+2i}}",
         "{{ number(1.5) _ number(-2) _ number(0x1F) _ number(1e3) _ number(.5) _ number(1i) _ "
         "complex(1+2i) }} EOF"},
        {"{{\xC3\xA9t\xC3\xA9}}", "{{ name(\xC3\xA9t\xC3\xA9) }} EOF"},
        // Trim markers.
        {"a \n{{- 1 -}}\t b", "text(a) {{ number(1) }} text(b) EOF"},
        {"a {{-3}}", "text(a ) {{ number(-3) }} EOF"},
        {" {{- 1 }}", "{{ number(1) _ }} EOF"},
        {"{{1  -}} x", "{{ number(1) _ }} text(x) EOF"},
        // Comments.
        {"a{{/* }} */}}b", "text(a) text(b) EOF"},
        {"a {{- /* c */ -}} b", "text(a) text(b) EOF"},
        {"{{ /* c */ }}", "{{ _ / * _ name(c) _ * / _ }} EOF"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(lexed(row.text) == row.tokens);
    }
}

TEST_CASE("a lexer says what it cannot read", "[tmpl][lexer]") {
    struct Row {
        const char* text;
        const char* message;
    };
    const Row rows[] = {
        {"{{", "unclosed action"},
        {"{{/* ", "unclosed comment"},
        {"{{/* */ }}", "comment ends before closing delimiter"},
        {"{{\"a\n\"}}", "unterminated quoted string"},
        {"{{`a}}", "unterminated raw quoted string"},
        {"{{'a}}", "unterminated character constant"},
        {"{{(1}}", "unclosed left paren"},
        {"{{1)}}", "unexpected right paren"},
        {"{{3k}}", "bad number syntax: \"3k\""},
        {"{{1+2}}", "bad number syntax: \"1+2\""},
        {"{{a-b}}", "bad character U+002D '-'"},
        {"{{\x01}}", "unrecognized character in action: U+0001"},
        {"{{\xE2\x82\xAC}}", "unrecognized character in action: U+20AC '\xE2\x82\xAC'"},
        {"{{:}}", "expected :="},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK_THAT(lexed(row.text), Catch::EndsWith("ERROR(" + std::string(row.message) + ")"));
    }
}

TEST_CASE("comments are handed out on demand, and words that are functions are no keywords",
          "[tmpl][lexer]") {
    CHECK(lexed("{{/* a: b */}}x", {.comments = true}) == "comment(/* a: b */) text(x) EOF");
    CHECK(lexed("{{break continue}}", {.break_word = false, .continue_word = false}) ==
          "{{ name(break) _ name(continue) }} EOF");
}

TEST_CASE("tokens know their line and byte", "[tmpl][lexer]") {
    Lexer lexer("a\n{{\n.x}}", {});
    CHECK(lexer.next().line == 1);
    const Token delimiter = lexer.next();
    CHECK(delimiter.line == 2);
    CHECK(delimiter.position == 2);
    lexer.next();  // the newline
    const Token field = lexer.next();
    CHECK(field.line == 3);
    CHECK(field.position == 5);
}
