// SPDX-License-Identifier: BSD-3-Clause
//
// The tree of a parsed template. Every node knows its byte offset and prints itself back as Go's
// parser would: that text is the context of error messages. Immutable once parsed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tmpl/function.h"
#include "tmpl/symbol.h"
#include "tmpl/value.h"

namespace ww::tmpl {

enum class NodeKind : uint8_t {
    // In lists.
    Text,
    Comment,
    Action,
    If,
    With,
    Range,
    Template,
    Break,
    Continue,
    // In pipelines. Literals follow from Dot on.
    Pipe,
    Command,
    Field,
    Variable,
    Identifier,
    Chain,
    Dot,
    Nil,
    Boolean,
    Number,
    String,
};

struct Node {
    NodeKind kind;
    uint32_t position;  // byte offset in the template's text

    virtual ~Node() = default;
    virtual void print(std::string& out) const = 0;
    std::string to_string() const;

   protected:
    Node(NodeKind node_kind, uint32_t offset) : kind(node_kind), position(offset) {}
};
using NodePtr = std::unique_ptr<Node>;

/// A name that fields and variables are found by.
struct Name {
    std::string text;
    Symbol symbol{};

    explicit Name(std::string_view name) : text(name), symbol(intern(name)) {}
};

// ---- Terms ----

struct DotNode final : Node {
    explicit DotNode(uint32_t offset) : Node(NodeKind::Dot, offset) {}
    void print(std::string& out) const override;
};

struct NilNode final : Node {
    explicit NilNode(uint32_t offset) : Node(NodeKind::Nil, offset) {}
    void print(std::string& out) const override;
};

struct BooleanNode final : Node {
    BooleanNode(uint32_t offset, bool truth) : Node(NodeKind::Boolean, offset), value(truth) {}
    void print(std::string& out) const override;
    bool value;
};

struct StringNode final : Node {
    StringNode(uint32_t offset, std::string_view quoted_text, std::string unquoted)
        : Node(NodeKind::String, offset), quoted(quoted_text), text(std::move(unquoted)) {}
    void print(std::string& out) const override;
    std::string_view quoted;  // as written, with its quotes
    std::string text;
};

/// A number may fit several types; which one it becomes depends on where it is used.
struct NumberNode final : Node {
    NumberNode(uint32_t offset, std::string_view written)
        : Node(NodeKind::Number, offset), text(written) {}
    void print(std::string& out) const override;
    std::string_view text;
    bool is_int = false, is_uint = false, is_float = false, is_complex = false;
    int64_t integer = 0;
    uint64_t natural = 0;
    double real = 0, imaginary = 0;
    Value ideal;  // where any type will do; invalid if it overflows int
};

struct FieldNode final : Node {  // .a.b
    explicit FieldNode(uint32_t offset) : Node(NodeKind::Field, offset) {}
    void print(std::string& out) const override;
    std::vector<Name> fields;
};

struct VariableNode final : Node {  // $x.a.b
    VariableNode(uint32_t offset, std::string_view variable)
        : Node(NodeKind::Variable, offset), name(variable) {}
    void print(std::string& out) const override;
    Name name;  // with its $
    std::vector<Name> fields;
};

struct IdentifierNode final : Node {
    IdentifierNode(uint32_t offset, const Callable* callable)
        : Node(NodeKind::Identifier, offset), function(callable) {}
    void print(std::string& out) const override;
    std::string_view name() const { return function->function->name; }
    const Callable* function;
};

struct ChainNode final : Node {  // (…).a.b, f.a
    ChainNode(uint32_t offset, NodePtr term)
        : Node(NodeKind::Chain, offset), base(std::move(term)) {}
    void print(std::string& out) const override;
    NodePtr base;
    std::vector<Name> fields;
};

// ---- Pipelines ----

struct CommandNode final : Node {
    explicit CommandNode(uint32_t offset) : Node(NodeKind::Command, offset) {}
    void print(std::string& out) const override;
    std::vector<NodePtr> words;  // at least one
};

struct PipeNode final : Node {
    explicit PipeNode(uint32_t offset) : Node(NodeKind::Pipe, offset) {}
    void print(std::string& out) const override;
    bool assigns = false;  // = rather than :=
    std::vector<std::unique_ptr<VariableNode>> declarations;
    std::vector<std::unique_ptr<CommandNode>> commands;
};

// ---- Lists and what is in them ----

using List = std::vector<NodePtr>;
void print_list(std::string& out, const List& list);

struct TextNode final : Node {
    TextNode(uint32_t offset, std::string_view content)
        : Node(NodeKind::Text, offset), text(content) {}
    void print(std::string& out) const override;
    std::string_view text;
};

struct CommentNode final : Node {
    CommentNode(uint32_t offset, std::string_view content)
        : Node(NodeKind::Comment, offset), text(content) {}
    void print(std::string& out) const override;
    std::string_view text;  // from /* to */
};

struct ActionNode final : Node {
    ActionNode(uint32_t offset, std::unique_ptr<PipeNode> pipeline)
        : Node(NodeKind::Action, offset), pipe(std::move(pipeline)) {}
    void print(std::string& out) const override;
    std::unique_ptr<PipeNode> pipe;
};

struct BranchNode final : Node {  // if, with, range
    BranchNode(NodeKind branch, uint32_t offset) : Node(branch, offset) {}
    void print(std::string& out) const override;
    std::unique_ptr<PipeNode> pipe;
    List body;
    bool has_otherwise = false;
    List otherwise;
};

struct Tree;

struct TemplateNode final : Node {
    TemplateNode(uint32_t offset, std::string called)
        : Node(NodeKind::Template, offset), name(std::move(called)) {}
    void print(std::string& out) const override;
    std::string name;
    std::unique_ptr<PipeNode> pipe;  // may be absent
    const Tree* target = nullptr;    // null: not defined
};

struct JumpNode final : Node {  // break, continue
    JumpNode(NodeKind jump, uint32_t offset) : Node(jump, offset) {}
    void print(std::string& out) const override;
};

// ---- Templates ----

struct Tree {
    std::string name;
    List root;
};

/// A text and the templates in it: its own and the defined ones.
class TemplateSet {
   public:
    TemplateSet(std::string_view text, std::string_view name) : text_(text), name_(name) {}
    TemplateSet(const TemplateSet&) = delete;
    TemplateSet& operator=(const TemplateSet&) = delete;

    const std::string& text() const { return text_; }
    const std::string& name() const { return name_; }
    const Tree& main() const { return *trees_.at(name_); }
    const std::map<std::string, std::unique_ptr<Tree>>& trees() const { return trees_; }

    /// "NAME:LINE:COLUMN" of a byte offset; the column counts bytes from 0.
    std::string location(uint32_t position) const;
    int line_of(uint32_t position) const;
    int column_of(uint32_t position) const;

   private:
    friend class Parser;

    std::string text_;  // nodes keep views of it
    std::string name_;
    std::map<std::string, std::unique_ptr<Tree>> trees_;
};

}  // namespace ww::tmpl
