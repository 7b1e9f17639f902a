// SPDX-License-Identifier: BSD-3-Clause
#include "tmpl/node.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/quote.h"

namespace ww::tmpl {
namespace {

void print_fields(std::string& out, const std::vector<Name>& fields) {
    for (const Name& field : fields) {
        out += '.';
        out += field.text;
    }
}

// A pipeline as a term stands in parentheses.
void print_term(std::string& out, const Node& term) {
    const bool parenthesised = term.kind == NodeKind::Pipe;
    if (parenthesised) out += '(';
    term.print(out);
    if (parenthesised) out += ')';
}

}  // namespace

std::string Node::to_string() const {
    std::string out;
    print(out);
    return out;
}

void print_list(std::string& out, const List& list) {
    for (const NodePtr& node : list) node->print(out);
}

void DotNode::print(std::string& out) const { out += '.'; }
void NilNode::print(std::string& out) const { out += "nil"; }
void BooleanNode::print(std::string& out) const { out += value ? "true" : "false"; }
void StringNode::print(std::string& out) const { out += quoted; }
void NumberNode::print(std::string& out) const { out += text; }
void FieldNode::print(std::string& out) const { print_fields(out, fields); }
void IdentifierNode::print(std::string& out) const { out += name(); }
void TextNode::print(std::string& out) const { out += text; }

void VariableNode::print(std::string& out) const {
    out += name.text;
    print_fields(out, fields);
}

void ChainNode::print(std::string& out) const {
    print_term(out, *base);
    print_fields(out, fields);
}

void CommandNode::print(std::string& out) const {
    for (size_t i = 0; i < words.size(); ++i) {
        if (i > 0) out += ' ';
        print_term(out, *words[i]);
    }
}

void PipeNode::print(std::string& out) const {
    for (size_t i = 0; i < declarations.size(); ++i) {
        if (i > 0) out += ", ";
        declarations[i]->print(out);
    }
    if (!declarations.empty()) out += assigns ? " = " : " := ";
    for (size_t i = 0; i < commands.size(); ++i) {
        if (i > 0) out += " | ";
        commands[i]->print(out);
    }
}

void CommentNode::print(std::string& out) const {
    out += "{{";
    out += text;
    out += "}}";
}

void ActionNode::print(std::string& out) const {
    out += "{{";
    pipe->print(out);
    out += "}}";
}

void BranchNode::print(std::string& out) const {
    out += kind == NodeKind::If ? "{{if " : kind == NodeKind::With ? "{{with " : "{{range ";
    pipe->print(out);
    out += "}}";
    print_list(out, body);
    if (has_otherwise) {
        out += "{{else}}";
        print_list(out, otherwise);
    }
    out += "{{end}}";
}

void TemplateNode::print(std::string& out) const {
    out += "{{template ";
    append_quoted(out, name);
    if (pipe) {
        out += ' ';
        pipe->print(out);
    }
    out += "}}";
}

void JumpNode::print(std::string& out) const {
    out += kind == NodeKind::Break ? "{{break}}" : "{{continue}}";
}

int TemplateSet::line_of(uint32_t position) const {
    return 1 + static_cast<int>(std::count(text_.begin(), text_.begin() + position, '\n'));
}

int TemplateSet::column_of(uint32_t position) const {
    const size_t newline = position == 0 ? std::string::npos : text_.rfind('\n', position - 1);
    return static_cast<int>(newline == std::string::npos ? position : position - newline - 1);
}

std::string TemplateSet::location(uint32_t position) const {
    return fmt::format("{}:{}:{}", name_, line_of(position), column_of(position));
}

}  // namespace ww::tmpl
