// SPDX-License-Identifier: BSD-3-Clause
//
// Tokens: what the lexer makes of a template's text.
#pragma once

#include <cstdint>
#include <string_view>

namespace ww::tmpl {

enum class TokenKind : uint8_t {
    Error,  // the token's text is the message
    Eof,
    Text,
    Comment,
    LeftDelimiter,
    RightDelimiter,
    Space,
    Assign,   // =
    Declare,  // :=
    Pipe,
    LeftParen,
    RightParen,
    Character,  // any other printable ASCII character
    Boolean,
    CharConstant,  // 'x'
    Complex,       // 1+2i
    Number,
    String,     // "…"
    RawString,  // `…`
    Identifier,
    Field,     // .x
    Variable,  // $x
    // Keywords, the lone dot among them.
    Dot,
    Block,
    Break,
    Continue,
    Define,
    Else,
    End,
    If,
    Nil,
    Range,
    Template,
    With,
};

struct Token {
    TokenKind kind = TokenKind::Eof;
    uint32_t position = 0;  // byte offset in the text
    int line = 0;           // from 1
    std::string_view text;

    bool is_keyword() const { return kind >= TokenKind::Dot; }
};

}  // namespace ww::tmpl
