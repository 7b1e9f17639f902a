// SPDX-License-Identifier: BSD-3-Clause
//
// Lexer: cuts a template into tokens, on demand. Trim markers and comments end here; the parser
// never sees them, unless it asks for comments.
#pragma once

#include <string>
#include <string_view>

#include "tmpl/token.h"

namespace ww::tmpl {

class Lexer {
   public:
    struct Options {
        bool comments = false;      // hand out comments as tokens
        bool break_word = true;     // `break` is a keyword, not a function of that name
        bool continue_word = true;  // so is `continue`
    };

    /// `text` must outlive the lexer and its tokens.
    Lexer(std::string_view text, Options options) : text_(text), options_(options) {}
    Lexer(const Lexer&) = delete;
    Lexer& operator=(const Lexer&) = delete;

    /// After an Error or Eof token only Eof follows.
    Token next();

   private:
    Token lex_text();
    Token lex_left_delimiter();
    Token lex_comment();
    Token lex_right_delimiter();
    Token lex_action();
    Token lex_space();
    Token lex_word();
    Token lex_field_or_variable(TokenKind kind);
    Token lex_quoted(char quote, TokenKind kind, const char* unterminated);
    Token lex_raw_string();
    Token lex_number();
    bool scan_number();

    Token emit(TokenKind kind);
    Token fail(std::string message);
    /// Fails with `problem` and the next rune as Go's %#U shows it.
    Token fail_at_character(std::string_view problem);
    void skip();
    bool accept(std::string_view set);
    void accept_run(std::string_view set);
    std::string_view rest() const { return text_.substr(position_); }
    bool at_right_delimiter(bool& trims) const;
    bool at_terminator() const;

    std::string_view text_;
    Options options_;
    std::string message_;  // of the Error token
    size_t position_ = 0;
    size_t start_ = 0;  // of the token being read
    int start_line_ = 1;
    int paren_depth_ = 0;
    bool in_action_ = false;
};

}  // namespace ww::tmpl
