// SPDX-License-Identifier: BSD-3-Clause
#include "tmpl/lexer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/quote.h"
#include "base/unicode.h"

namespace ww::tmpl {
namespace {

constexpr std::string_view kLeft = "{{", kRight = "}}", kSpaces = " \t\r\n";

bool is_space_char(char c) { return kSpaces.find(c) != kSpaces.npos; }

bool is_word_rune(char32_t rune) { return rune == '_' || is_letter(rune) || is_digit(rune); }

// "- " after "{{".
bool trims_left(std::string_view text) {
    return text.size() >= 2 && text[0] == '-' && is_space_char(text[1]);
}

// " -" before "}}".
bool trims_right(std::string_view text) {
    return text.size() >= 2 && is_space_char(text[0]) && text[1] == '-';
}

size_t leading_spaces(std::string_view text) {
    return std::min(text.find_first_not_of(kSpaces), text.size());
}

struct Keyword {
    std::string_view word;
    TokenKind kind;
};
constexpr Keyword kKeywords[] = {
    {"block", TokenKind::Block},
    {"break", TokenKind::Break},
    {"continue", TokenKind::Continue},
    {"define", TokenKind::Define},
    {"else", TokenKind::Else},
    {"end", TokenKind::End},
    {"if", TokenKind::If},
    {"nil", TokenKind::Nil},
    {"range", TokenKind::Range},
    {"template", TokenKind::Template},
    {"with", TokenKind::With},
};

}  // namespace

Token Lexer::next() {
    if (in_action_) return lex_action();
    return lex_text();
}

Token Lexer::emit(TokenKind kind) {
    const Token token{
        kind, static_cast<uint32_t>(start_), start_line_, text_.substr(start_, position_ - start_)};
    skip();
    return token;
}

Token Lexer::fail(std::string message) {
    message_ = std::move(message);
    const Token token{TokenKind::Error, static_cast<uint32_t>(start_), start_line_, message_};
    text_ = {};
    position_ = start_ = 0;
    in_action_ = false;
    return token;
}

Token Lexer::fail_at_character(std::string_view problem) {
    const DecodedRune next = decode_rune(rest());
    std::string message = fmt::format("{} U+{:04X}", problem, static_cast<uint32_t>(next.rune));
    if (is_print(next.rune)) {
        message += " '";
        append_rune(message, next.rune);
        message += '\'';
    }
    return fail(std::move(message));
}

void Lexer::skip() {
    start_line_ +=
        static_cast<int>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(start_),
                                    text_.begin() + static_cast<std::ptrdiff_t>(position_),
                                    '\n'));
    start_ = position_;
}

bool Lexer::accept(std::string_view set) {
    if (position_ >= text_.size() || set.find(text_[position_]) == set.npos) return false;
    ++position_;
    return true;
}

void Lexer::accept_run(std::string_view set) {
    while (accept(set)) {
    }
}

bool Lexer::at_right_delimiter(bool& trims) const {
    trims = trims_right(rest()) && rest().substr(2).starts_with(kRight);
    return trims || rest().starts_with(kRight);
}

// What may follow a word, a field or a variable.
bool Lexer::at_terminator() const {
    if (position_ >= text_.size()) return true;
    const char c = text_[position_];
    return is_space_char(c) || std::string_view(".,|:()").find(c) != std::string_view::npos ||
           rest().starts_with(kRight);
}

// ---- Outside actions ----

Token Lexer::lex_text() {
    while (true) {
        const size_t left = text_.find(kLeft, position_);
        if (left == text_.npos) {
            position_ = text_.size();
            return emit(position_ > start_ ? TokenKind::Text : TokenKind::Eof);
        }
        if (left > position_) {
            size_t end = left;
            if (trims_left(text_.substr(left + kLeft.size())))
                while (end > start_ && is_space_char(text_[end - 1])) --end;
            position_ = end;
            const bool empty = position_ == start_;
            const Token text = emit(TokenKind::Text);
            position_ = left;
            skip();
            if (!empty) return text;
        }
        const Token token = lex_left_delimiter();
        if (token.kind != TokenKind::Comment || options_.comments) return token;
    }
}

Token Lexer::lex_left_delimiter() {
    const size_t inside = position_ + kLeft.size();
    const size_t marker = trims_left(text_.substr(inside)) ? 2 : 0;
    if (text_.substr(inside + marker).starts_with("/*")) {
        position_ = inside + marker;
        skip();
        return lex_comment();
    }
    position_ = inside;
    const Token token = emit(TokenKind::LeftDelimiter);
    position_ += marker;
    skip();
    in_action_ = true;
    paren_depth_ = 0;
    return token;
}

Token Lexer::lex_comment() {
    const size_t end = text_.find("*/", position_ + 2);
    if (end == text_.npos) return fail("unclosed comment");
    position_ = end + 2;
    bool trims = false;
    if (!at_right_delimiter(trims)) return fail("comment ends before closing delimiter");
    const Token token = emit(TokenKind::Comment);
    position_ += (trims ? 2 : 0) + kRight.size();
    if (trims) position_ += leading_spaces(rest());
    skip();
    return token;
}

// ---- Inside actions ----

Token Lexer::lex_right_delimiter() {
    bool trims = false;
    at_right_delimiter(trims);
    if (trims) {
        position_ += 2;
        skip();
    }
    position_ += kRight.size();
    const Token token = emit(TokenKind::RightDelimiter);
    if (trims) {
        position_ += leading_spaces(rest());
        skip();
    }
    in_action_ = false;
    return token;
}

Token Lexer::lex_action() {
    bool trims = false;
    if (at_right_delimiter(trims))
        return paren_depth_ == 0 ? lex_right_delimiter() : fail("unclosed left paren");
    if (position_ >= text_.size()) return fail("unclosed action");

    const DecodedRune next = decode_rune(rest());
    if (next.size == 1 && is_space_char(text_[position_])) return lex_space();
    if (is_word_rune(next.rune) && !(next.rune >= '0' && next.rune <= '9')) return lex_word();
    if (next.rune >= 0x80 || !is_print(next.rune))
        return fail_at_character("unrecognized character in action:");

    const char c = text_[position_];
    const bool digit_follows =
        position_ + 1 < text_.size() && text_[position_ + 1] >= '0' && text_[position_ + 1] <= '9';
    const bool last = position_ + 1 >= text_.size();
    if ((c >= '0' && c <= '9') || c == '+' || c == '-' || (c == '.' && (digit_follows || last)))
        return lex_number();
    ++position_;
    switch (c) {
        case '=':
            return emit(TokenKind::Assign);
        case ':':
            if (!accept("=")) return fail("expected :=");
            return emit(TokenKind::Declare);
        case '|':
            return emit(TokenKind::Pipe);
        case '"':
            return lex_quoted('"', TokenKind::String, "unterminated quoted string");
        case '\'':
            return lex_quoted('\'', TokenKind::CharConstant, "unterminated character constant");
        case '`':
            return lex_raw_string();
        case '$':
            return lex_field_or_variable(TokenKind::Variable);
        case '.':
            return lex_field_or_variable(TokenKind::Field);
        case '(':
            ++paren_depth_;
            return emit(TokenKind::LeftParen);
        case ')':
            if (--paren_depth_ < 0) return fail("unexpected right paren");
            return emit(TokenKind::RightParen);
        default:
            return emit(TokenKind::Character);
    }
}

// The last space before "-}}" belongs to the delimiter.
Token Lexer::lex_space() {
    position_ += leading_spaces(rest());
    const std::string_view tail = text_.substr(position_ - 1);
    if (trims_right(tail) && tail.substr(2).starts_with(kRight)) {
        --position_;
        if (position_ == start_) return lex_right_delimiter();
    }
    return emit(TokenKind::Space);
}

Token Lexer::lex_word() {
    while (true) {
        const DecodedRune next = decode_rune(rest());
        if (next.size == 0 || !is_word_rune(next.rune)) break;
        position_ += next.size;
    }
    if (!at_terminator()) return fail_at_character("bad character");
    const std::string_view word = text_.substr(start_, position_ - start_);
    for (const Keyword& keyword : kKeywords) {
        if (keyword.word != word) continue;
        if (keyword.kind == TokenKind::Break && !options_.break_word) break;
        if (keyword.kind == TokenKind::Continue && !options_.continue_word) break;
        return emit(keyword.kind);
    }
    return emit(word == "true" || word == "false" ? TokenKind::Boolean : TokenKind::Identifier);
}

// The '.' or '$' has been read.
Token Lexer::lex_field_or_variable(TokenKind kind) {
    if (at_terminator()) return emit(kind == TokenKind::Field ? TokenKind::Dot : kind);
    while (true) {
        const DecodedRune next = decode_rune(rest());
        if (next.size == 0 || !is_word_rune(next.rune)) break;
        position_ += next.size;
    }
    return at_terminator() ? emit(kind) : fail_at_character("bad character");
}

// The opening quote has been read. Escapes are checked by the parser.
Token Lexer::lex_quoted(char quote, TokenKind kind, const char* unterminated) {
    while (position_ < text_.size()) {
        const char c = text_[position_++];
        if (c == quote) return emit(kind);
        if (c == '\n') break;
        if (c != '\\' || position_ == text_.size()) continue;
        if (text_[position_++] == '\n') break;
    }
    return fail(unterminated);
}

Token Lexer::lex_raw_string() {
    const size_t end = text_.find('`', position_);
    if (end == text_.npos) return fail("unterminated raw quoted string");
    position_ = end + 1;
    return emit(TokenKind::RawString);
}

// Takes whatever looks like a number; the parser says whether it is one.
Token Lexer::lex_number() {
    const auto bad = [&] {
        std::string message = "bad number syntax: ";
        append_quoted(message, text_.substr(start_, position_ - start_));
        return fail(std::move(message));
    };
    if (!scan_number()) return bad();
    if (position_ < text_.size() && (text_[position_] == '+' || text_[position_] == '-')) {
        if (!scan_number() || text_[position_ - 1] != 'i') return bad();
        return emit(TokenKind::Complex);
    }
    return emit(TokenKind::Number);
}

bool Lexer::scan_number() {
    constexpr std::string_view kDecimal = "0123456789_", kHexadecimal = "0123456789abcdefABCDEF_";
    std::string_view digits = kDecimal;
    accept("+-");
    if (accept("0")) {
        if (accept("xX"))
            digits = kHexadecimal;
        else if (accept("oO"))
            digits = "01234567_";
        else if (accept("bB"))
            digits = "01_";
    }
    accept_run(digits);
    if (accept(".")) accept_run(digits);
    if ((digits == kDecimal && accept("eE")) || (digits == kHexadecimal && accept("pP"))) {
        accept("+-");
        accept_run(kDecimal);
    }
    accept("i");
    const DecodedRune next = decode_rune(rest());
    if (next.size == 0 || !is_word_rune(next.rune)) return true;
    position_ += next.size;  // shown in the message
    return false;
}

}  // namespace ww::tmpl
