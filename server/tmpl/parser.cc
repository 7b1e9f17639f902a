// SPDX-License-Identifier: BSD-3-Clause
//
// The part of the parser that deals with lists, blocks and definitions; parser_pipe.cc has the
// rest.
#include "tmpl/parser.h"

#include <fmt/format.h>

#include "base/quote.h"
#include "base/unicode.h"

namespace ww::tmpl {
namespace {

bool is_blank(std::string_view text) {
    while (!text.empty()) {
        const DecodedRune next = decode_rune(text);
        if (!is_space(next.rune)) return false;
        text.remove_prefix(next.size);
    }
    return true;
}

// Such a template may be defined again.
bool is_empty(const List& list) {
    for (const NodePtr& node : list) {
        if (node->kind == NodeKind::Comment) continue;
        if (node->kind != NodeKind::Text || !is_blank(static_cast<const TextNode&>(*node).text))
            return false;
    }
    return true;
}

std::string_view keyword_of(NodeKind kind) {
    switch (kind) {
        case NodeKind::If:
            return "if";
        case NodeKind::With:
            return "with";
        case NodeKind::Range:
            return "range";
        case NodeKind::Break:
            return "{{break}}";
        default:
            return "{{continue}}";
    }
}

std::string describe(const Token& token) {
    if (token.kind == TokenKind::Eof) return "EOF";
    if (token.kind == TokenKind::Error) return std::string(token.text);
    if (token.is_keyword()) return fmt::format("<{}>", token.text);
    constexpr size_t kShownRunes = 10;
    std::string_view rest = token.text;
    for (size_t i = 0; i < kShownRunes && !rest.empty(); ++i)
        rest.remove_prefix(decode_rune(rest).size);
    const bool cut = token.text.size() > kShownRunes;
    std::string out;
    append_quoted(out, cut ? token.text.substr(0, token.text.size() - rest.size()) : token.text);
    if (cut) out += "...";
    return out;
}

}  // namespace

Parser::Parser(std::string_view text,
               std::string_view name,
               const FunctionTable& functions,
               bool keep_comments)
    : set_(std::make_shared<TemplateSet>(text, name)),
      functions_(functions),
      lexer_(set_->text(),
             {.comments = keep_comments,
              .break_word = !functions.find("break"),
              .continue_word = !functions.find("continue")}) {}

Result<std::shared_ptr<const TemplateSet>> Parser::run() {
    if (set_->text().size() > kMaxTemplateBytes)
        return Error(
            ErrorCode::TooLarge,
            fmt::format("template: {}: larger than {} bytes", set_->name(), kMaxTemplateBytes));
    if (!parse_main()) return *error_;
    for (TemplateNode* call : calls_) {
        const auto found = set_->trees_.find(call->name);
        if (found != set_->trees_.end()) call->target = found->second.get();
    }
    return std::shared_ptr<const TemplateSet>(std::move(set_));
}

// ---- Tokens ----

Token Parser::next() {
    if (!pushed_back_.empty()) {
        const Token token = pushed_back_.back();
        pushed_back_.pop_back();
        return token;
    }
    const Token token = lexer_.next();
    line_ = token.line;
    return token;
}

Token Parser::next_word() {
    while (true) {
        const Token token = next();
        if (token.kind != TokenKind::Space) return token;
    }
}

void Parser::push_back(const Token& token) { pushed_back_.push_back(token); }

Token Parser::peek() {
    const Token token = next();
    push_back(token);
    return token;
}

Token Parser::peek_word() {
    const Token token = next_word();
    push_back(token);
    return token;
}

bool Parser::expect(TokenKind kind, std::string_view context) {
    const Token token = next_word();
    return token.kind == kind || unexpected(token, context);
}

// ---- Failing ----

bool Parser::fail(std::string message) {
    if (!error_) {
        error_ = Error(ErrorCode::Unprocessable,
                       fmt::format("template: {}:{}: {}", set_->name(), line_, message))
                     .with_place({.file = set_->name(), .line = line_});
    }
    return false;
}

bool Parser::unexpected(const Token& token, std::string_view context) {
    if (token.kind != TokenKind::Error)
        return fail(fmt::format("unexpected {} in {}", describe(token), context));
    std::string message(token.text);
    if (frame_.action_line != 0 && frame_.action_line != token.line) {
        if (!message.ends_with(" action")) message += " in action";
        message += fmt::format(" started at {}:{}", set_->name(), frame_.action_line);
    }
    return fail(std::move(message));
}

// ---- Lists ----

/// Counts blocks in blocks while it lives; false beyond the limit.
class Parser::Nested {
   public:
    explicit Nested(Parser& parser) : parser_(parser) { ++parser.depth_; }
    ~Nested() { --parser_.depth_; }
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;
    bool allowed() {
        return parser_.depth_ <= kMaxNesting || parser_.fail("blocks nested too deeply");
    }

   private:
    Parser& parser_;
};

// Definitions are recognised here only, at the top level.
bool Parser::parse_main() {
    List root;
    while (peek().kind != TokenKind::Eof) {
        if (peek().kind == TokenKind::LeftDelimiter) {
            const Token delimiter = next();
            const Token word = next_word();
            if (word.kind == TokenKind::Define) {
                if (!parse_definition()) return false;
                continue;
            }
            push_back(word);
            push_back(delimiter);
        }
        Item item = parse_text_or_action();
        switch (item.stop) {
            case Stop::None:
                root.push_back(std::move(item.node));
                break;
            case Stop::Failed:
                return false;
            case Stop::End:
                return fail("unexpected {{end}}");
            case Stop::Else:
                return fail("unexpected {{else}}");
        }
    }
    return add_tree(set_->name(), std::move(root));
}

bool Parser::parse_definition() {
    constexpr std::string_view kContext = "define clause";
    const Token token = next_word();
    std::string name;
    if (!parse_template_name(token, kContext, name)) return false;
    if (!expect(TokenKind::RightDelimiter, kContext)) return false;
    Frame outer;
    std::swap(outer, frame_);
    List body;
    const Stop stop = parse_list(body);
    if (stop == Stop::Else) fail("unexpected {{else}} in define clause");
    if (failed() || !add_tree(name, std::move(body))) return false;
    std::swap(outer, frame_);
    return true;
}

bool Parser::add_tree(const std::string& name, List root) {
    std::unique_ptr<Tree>& slot = set_->trees_[name];
    if (!slot) slot = std::make_unique<Tree>(Tree{name, {}});
    if (is_empty(slot->root)) {
        slot->root = std::move(root);
        return true;
    }
    if (is_empty(root)) return true;
    return fail("template: multiple definition of template " + quote(name));
}

Parser::Stop Parser::parse_list(List& list) {
    while (peek_word().kind != TokenKind::Eof) {
        Item item = parse_text_or_action();
        if (item.stop != Stop::None) return item.stop;
        list.push_back(std::move(item.node));
    }
    fail("unexpected EOF");
    return Stop::Failed;
}

Parser::Item Parser::parse_text_or_action() {
    const Token token = next_word();
    switch (token.kind) {
        case TokenKind::Text:
            return {std::make_unique<TextNode>(token.position, token.text)};
        case TokenKind::Comment:
            return {std::make_unique<CommentNode>(token.position, token.text)};
        case TokenKind::LeftDelimiter: {
            frame_.action_line = token.line;
            Item item = parse_action();
            frame_.action_line = 0;
            if (failed()) item.stop = Stop::Failed;
            return item;
        }
        default:
            unexpected(token, "input");
            return {nullptr, Stop::Failed};
    }
}

// ---- Actions ----

Parser::Item Parser::parse_action() {
    const Token token = next_word();
    switch (token.kind) {
        case TokenKind::Block:
            return {parse_block()};
        case TokenKind::Break:
            return {parse_jump(NodeKind::Break, token.position)};
        case TokenKind::Continue:
            return {parse_jump(NodeKind::Continue, token.position)};
        case TokenKind::If:
            return {parse_branch(NodeKind::If)};
        case TokenKind::Range:
            return {parse_branch(NodeKind::Range)};
        case TokenKind::With:
            return {parse_branch(NodeKind::With)};
        case TokenKind::Template:
            return {parse_template()};
        case TokenKind::End:
            expect(TokenKind::RightDelimiter, "end");
            return {nullptr, Stop::End};
        case TokenKind::Else: {
            // "else if" leaves its "if" for parse_otherwise().
            const TokenKind after = peek_word().kind;
            if (after != TokenKind::If && after != TokenKind::With)
                expect(TokenKind::RightDelimiter, "else");
            return {nullptr, Stop::Else};
        }
        default:
            break;
    }
    push_back(token);
    auto pipe = parse_pipe("command", TokenKind::RightDelimiter);
    if (!pipe) return {nullptr, Stop::Failed};
    return {std::make_unique<ActionNode>(token.position, std::move(pipe))};
}

NodePtr Parser::parse_jump(NodeKind kind, uint32_t position) {
    if (!expect(TokenKind::RightDelimiter, keyword_of(kind))) return nullptr;
    if (frame_.range_depth == 0) {
        fail(std::string(keyword_of(kind)) + " outside {{range}}");
        return nullptr;
    }
    return std::make_unique<JumpNode>(kind, position);
}

NodePtr Parser::parse_branch(NodeKind kind) {
    Nested nested(*this);
    if (!nested.allowed()) return nullptr;
    const size_t variables = frame_.variables.size();
    auto pipe = parse_pipe(keyword_of(kind), TokenKind::RightDelimiter);
    if (!pipe) return nullptr;
    auto branch = std::make_unique<BranchNode>(kind, pipe->position);
    branch->pipe = std::move(pipe);
    if (kind == NodeKind::Range) ++frame_.range_depth;
    const Stop stop = parse_list(branch->body);
    if (kind == NodeKind::Range) --frame_.range_depth;
    if (stop == Stop::Else && !parse_otherwise(*branch)) return nullptr;
    if (failed()) return nullptr;
    frame_.variables.resize(variables);
    return branch;
}

// "{{else if x}}…{{end}}" stands for "{{else}}{{if x}}…{{end}}{{end}}".
bool Parser::parse_otherwise(BranchNode& branch) {
    branch.has_otherwise = true;
    const TokenKind word = peek().kind;
    const bool chains = (branch.kind == NodeKind::If && word == TokenKind::If) ||
                        (branch.kind == NodeKind::With && word == TokenKind::With);
    if (chains) {
        next();
        NodePtr inner = parse_branch(branch.kind);
        if (!inner) return false;
        branch.otherwise.push_back(std::move(inner));
        return true;
    }
    const Stop stop = parse_list(branch.otherwise);
    if (stop == Stop::Else) return fail("expected end; found {{else}}");
    return stop == Stop::End;
}

// A definition and a call of it in one.
NodePtr Parser::parse_block() {
    constexpr std::string_view kContext = "block clause";
    Nested nested(*this);
    if (!nested.allowed()) return nullptr;
    const Token token = next_word();
    std::string name;
    if (!parse_template_name(token, kContext, name)) return nullptr;
    auto pipe = parse_pipe(kContext, TokenKind::RightDelimiter);
    if (!pipe) return nullptr;
    const int line = line_;
    Frame outer;
    std::swap(outer, frame_);
    List body;
    const Stop stop = parse_list(body);
    if (stop == Stop::Else) {
        line_ = line;  // Compat: Go names the line where the block begins
        fail("unexpected {{else}} in block clause");
    }
    if (failed() || !add_tree(name, std::move(body))) return nullptr;
    std::swap(outer, frame_);
    auto call = std::make_unique<TemplateNode>(token.position, std::move(name));
    call->pipe = std::move(pipe);
    calls_.push_back(call.get());
    return call;
}

NodePtr Parser::parse_template() {
    constexpr std::string_view kContext = "template clause";
    const Token token = next_word();
    std::string name;
    if (!parse_template_name(token, kContext, name)) return nullptr;
    auto call = std::make_unique<TemplateNode>(token.position, std::move(name));
    calls_.push_back(call.get());
    const Token after = next_word();
    if (after.kind == TokenKind::RightDelimiter) return call;
    push_back(after);
    call->pipe = parse_pipe(kContext, TokenKind::RightDelimiter);
    if (!call->pipe) return nullptr;
    return call;
}

bool Parser::parse_template_name(const Token& token, std::string_view context, std::string& name) {
    if (token.kind != TokenKind::String && token.kind != TokenKind::RawString)
        return unexpected(token, context);
    auto text = unquote(token.text);
    if (!text) return fail("invalid syntax");
    name = std::move(*text);
    return true;
}

}  // namespace ww::tmpl
