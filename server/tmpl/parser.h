// SPDX-License-Identifier: BSD-3-Clause
//
// Parser: tokens to trees. Functions are looked up here, so an unknown name fails even in a branch
// that is never taken. Analysis tools use it directly, to keep comments; everybody else calls
// parse().
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tmpl/lexer.h"
#include "tmpl/node.h"

namespace ww::tmpl {

inline constexpr size_t kMaxTemplateBytes = size_t{16} << 20;
/// Of parentheses, and of blocks in blocks: execution recurses as deep.
inline constexpr int kMaxNesting = 1000;

class Parser {
   public:
    Parser(std::string_view text,
           std::string_view name,
           const FunctionTable& functions,
           bool keep_comments = false);

    /// Once. Errors: Unprocessable, with Go's text.
    Result<std::shared_ptr<const TemplateSet>> run();

   private:
    // Every parse function that returns a pointer returns null, and every other false, after
    // fail().
    enum class Stop : uint8_t { None, Failed, End, Else };
    struct Item {
        NodePtr node;
        Stop stop = Stop::None;
    };
    // What belongs to one template of the text.
    struct Frame {
        std::vector<std::string_view> variables{"$"};
        int range_depth = 0;
        int paren_depth = 0;
        int action_line = 0;  // of the action being parsed; 0 outside
    };
    class Nested;

    bool parse_main();
    bool parse_definition();
    bool add_tree(const std::string& name, List root);
    Stop parse_list(List& list);
    Item parse_text_or_action();
    Item parse_action();
    NodePtr parse_branch(NodeKind kind);
    bool parse_otherwise(BranchNode& branch);
    NodePtr parse_block();
    NodePtr parse_template();
    NodePtr parse_jump(NodeKind kind, uint32_t position);
    bool parse_template_name(const Token& token, std::string_view context, std::string& name);

    std::unique_ptr<PipeNode> parse_pipe(std::string_view context, TokenKind end);
    bool parse_declarations(PipeNode& pipe, std::string_view context);
    bool check_pipe(const PipeNode& pipe, std::string_view context);
    std::unique_ptr<CommandNode> parse_command();
    /// Null without failure: the next token starts no operand.
    NodePtr parse_operand();
    NodePtr parse_term();
    NodePtr parse_identifier(const Token& token);
    NodePtr parse_variable(const Token& token);
    NodePtr parse_parenthesised();

    Token next();
    Token next_word();  // skips spaces
    Token peek();
    Token peek_word();
    void push_back(const Token& token);
    bool expect(TokenKind kind, std::string_view context);

    bool fail(std::string message);
    bool unexpected(const Token& token, std::string_view context);
    bool failed() const { return error_.has_value(); }

    std::shared_ptr<TemplateSet> set_;
    const FunctionTable& functions_;
    Lexer lexer_;
    std::vector<Token> pushed_back_;
    int line_ = 1;   // of the token read last, for messages
    int depth_ = 0;  // blocks in blocks
    Frame frame_;
    std::vector<TemplateNode*> calls_;
    std::optional<Error> error_;
};

}  // namespace ww::tmpl
