// SPDX-License-Identifier: BSD-3-Clause
//
// The part of the parser that deals with pipelines and what they are made of.
#include <fmt/format.h>

#include "base/nearest.h"
#include "base/quote.h"
#include "tmpl/number.h"
#include "tmpl/parser.h"

namespace ww::tmpl {

std::unique_ptr<PipeNode> Parser::parse_pipe(std::string_view context, TokenKind end) {
    auto pipe = std::make_unique<PipeNode>(peek_word().position);
    if (!parse_declarations(*pipe, context)) return nullptr;
    while (true) {
        const Token token = next_word();
        if (token.kind == end) {
            if (!check_pipe(*pipe, context)) return nullptr;
            return pipe;
        }
        switch (token.kind) {
            case TokenKind::Boolean:
            case TokenKind::CharConstant:
            case TokenKind::Complex:
            case TokenKind::Dot:
            case TokenKind::Field:
            case TokenKind::Identifier:
            case TokenKind::Number:
            case TokenKind::Nil:
            case TokenKind::RawString:
            case TokenKind::String:
            case TokenKind::Variable:
            case TokenKind::LeftParen:
                break;
            default:
                unexpected(token, context);
                return nullptr;
        }
        push_back(token);
        auto command = parse_command();
        if (!command) return nullptr;
        pipe->commands.push_back(std::move(command));
    }
}

// "$x :=", "$x =" or, for range, "$i, $x :=". Whether a variable starts a declaration shows only
// behind it, so up to three tokens are read and put back.
bool Parser::parse_declarations(PipeNode& pipe, std::string_view context) {
    while (peek_word().kind == TokenKind::Variable) {
        const Token variable = next();
        const Token adjacent = peek();
        const Token after = peek_word();
        const bool comma = after.kind == TokenKind::Character && after.text == ",";
        if (after.kind != TokenKind::Assign && after.kind != TokenKind::Declare && !comma) {
            if (adjacent.kind == TokenKind::Space) push_back(adjacent);
            push_back(variable);
            return true;
        }
        next_word();
        pipe.declarations.push_back(
            std::make_unique<VariableNode>(variable.position, variable.text));
        frame_.variables.push_back(variable.text);
        if (!comma) {
            pipe.assigns = after.kind == TokenKind::Assign;
            return true;
        }
        if (context != "range" || pipe.declarations.size() >= 2)
            return fail(fmt::format("too many declarations in {}", context));
        const TokenKind second = peek_word().kind;
        if (second != TokenKind::Variable && second != TokenKind::RightDelimiter &&
            second != TokenKind::RightParen)
            return fail("range can only initialize variables");
    }
    return true;
}

bool Parser::check_pipe(const PipeNode& pipe, std::string_view context) {
    if (pipe.commands.empty()) return fail(fmt::format("missing value for {}", context));
    for (size_t i = 1; i < pipe.commands.size(); ++i)
        if (pipe.commands[i]->words[0]->kind >= NodeKind::Dot)
            return fail(fmt::format("non executable command in pipeline stage {}", i + 1));
    return true;
}

std::unique_ptr<CommandNode> Parser::parse_command() {
    auto command = std::make_unique<CommandNode>(peek_word().position);
    while (true) {
        peek_word();  // drops leading spaces
        NodePtr operand = parse_operand();
        if (failed()) return nullptr;
        if (operand) command->words.push_back(std::move(operand));
        const Token token = next();
        if (token.kind == TokenKind::Space) continue;
        if (token.kind == TokenKind::RightDelimiter || token.kind == TokenKind::RightParen)
            push_back(token);
        else if (token.kind != TokenKind::Pipe)
            unexpected(token, "operand");
        break;
    }
    if (command->words.empty()) fail("empty command");
    if (failed()) return nullptr;
    return command;
}

NodePtr Parser::parse_operand() {
    NodePtr term = parse_term();
    if (!term || peek().kind != TokenKind::Field) return term;
    // From here on the operand's place is that of its second element.
    const uint32_t position = peek().position;
    std::vector<Name> fields;
    while (peek().kind == TokenKind::Field) fields.emplace_back(next().text.substr(1));
    if (term->kind == NodeKind::Field || term->kind == NodeKind::Variable) {
        term->position = position;
        auto& own = term->kind == NodeKind::Field ? static_cast<FieldNode&>(*term).fields
                                                  : static_cast<VariableNode&>(*term).fields;
        for (Name& field : fields) own.push_back(std::move(field));
        return term;
    }
    if (term->kind >= NodeKind::Dot) {
        fail("unexpected . after term " + quote(term->to_string()));
        return nullptr;
    }
    auto chain = std::make_unique<ChainNode>(position, std::move(term));
    chain->fields = std::move(fields);
    return chain;
}

NodePtr Parser::parse_term() {
    const Token token = next_word();
    switch (token.kind) {
        case TokenKind::Identifier:
            return parse_identifier(token);
        case TokenKind::Dot:
            return std::make_unique<DotNode>(token.position);
        case TokenKind::Nil:
            return std::make_unique<NilNode>(token.position);
        case TokenKind::Variable:
            return parse_variable(token);
        case TokenKind::Field: {
            auto field = std::make_unique<FieldNode>(token.position);
            field->fields.emplace_back(token.text.substr(1));
            return field;
        }
        case TokenKind::Boolean:
            return std::make_unique<BooleanNode>(token.position, token.text == "true");
        case TokenKind::CharConstant:
        case TokenKind::Complex:
        case TokenKind::Number: {
            std::string problem;
            auto number = parse_number(token, problem);
            if (!number) fail(std::move(problem));
            return number;
        }
        case TokenKind::LeftParen:
            return parse_parenthesised();
        case TokenKind::String:
        case TokenKind::RawString: {
            auto text = unquote(token.text);
            if (!text) {
                fail("invalid syntax");
                return nullptr;
            }
            return std::make_unique<StringNode>(token.position, token.text, std::move(*text));
        }
        default:
            push_back(token);
            return nullptr;
    }
}

NodePtr Parser::parse_identifier(const Token& token) {
    const Callable* function = functions_.find(token.text);
    if (!function) {
        fail(fmt::format("function {} not defined", quote(token.text)));
        std::vector<std::string_view> known;
        for (const Callable* callable : functions_.all()) known.push_back(callable->function->name);
        if (std::string hint = nearest_hint(token.text, known); !hint.empty())
            error_ = error_->with_hint(std::move(hint));
        return nullptr;
    }
    return std::make_unique<IdentifierNode>(token.position, function);
}

NodePtr Parser::parse_variable(const Token& token) {
    for (const std::string_view variable : frame_.variables)
        if (variable == token.text)
            return std::make_unique<VariableNode>(token.position, token.text);
    fail("undefined variable " + quote(token.text));
    return nullptr;
}

NodePtr Parser::parse_parenthesised() {
    if (frame_.paren_depth >= kMaxNesting) {
        fail("max expression depth exceeded");
        return nullptr;
    }
    ++frame_.paren_depth;
    auto pipe = parse_pipe("parenthesized pipeline", TokenKind::RightParen);
    --frame_.paren_depth;
    return pipe;
}

}  // namespace ww::tmpl
