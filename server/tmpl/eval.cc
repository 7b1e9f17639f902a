// SPDX-License-Identifier: BSD-3-Clause
//
// Computing pipelines, commands and chains of fields.
#include <fmt/format.h>

#include "base/nearest.h"
#include "tmpl/assign.h"
#include "tmpl/run.h"

namespace ww::tmpl {
namespace {

// What a field is looked up in: a struct, a pointer to one, a map, or whatever else is behind
// pointers and interfaces. A nil ends the way.
Value reached(Value value) {
    while (true) {
        if (value.kind() == Kind::Interface) return value;
        if (value.boxed()) value.unbox();
        const bool ends = value.kind() != Kind::Pointer || value.is_nil() ||
                          value.type() == types::kErrorString ||
                          value.type().element().kind() == Kind::Struct;
        if (ends) return value;
        value = value.pointee();
    }
}

// Position of a method that can be called on `receiver`, or -1.
int reachable_method(const Value& receiver, Type type, Symbol name) {
    const TypeInfo& info = type.info();
    const int index = info.find_method(name);
    if (index < 0 || receiver.kind() == Kind::Pointer || receiver.addressable()) return index;
    const bool by_pointer =
        info.methods[static_cast<size_t>(index)].receiver == Method::Receiver::Pointer;
    return by_pointer ? -1 : index;
}

bool takes_names(Type key) { return key == types::kString || key == types::kAny; }

}  // namespace

Value Run::eval_pipe(const Value& dot, const PipeNode& pipe) {
    at(pipe);
    Value value = eval_command(dot, *pipe.commands[0], nullptr);
    value.unbox();
    for (size_t i = 1; i < pipe.commands.size() && !ended_; ++i) {
        const Value before = std::move(value);
        value = eval_command(dot, *pipe.commands[i], &before);
        value.unbox();
    }
    if (ended_) return {};
    for (const auto& variable : pipe.declarations) {
        if (!pipe.assigns)
            push_variable(variable->name.symbol, value);
        else if (!assign_variable(variable->name, value))
            return {};
    }
    return value;
}

Value Run::eval_command(const Value& dot, const CommandNode& command, const Value* final) {
    const Node& first = *command.words[0];
    const Words arguments = Words(command.words).subspan(1);
    switch (first.kind) {
        case NodeKind::Field:
            return eval_field_node(dot, static_cast<const FieldNode&>(first), arguments, final);
        case NodeKind::Chain:
            return eval_chain(dot, static_cast<const ChainNode&>(first), arguments, final);
        case NodeKind::Identifier:
            return eval_function(
                dot, static_cast<const IdentifierNode&>(first), command, arguments, final);
        case NodeKind::Variable:
            return eval_variable(dot, static_cast<const VariableNode&>(first), arguments, final);
        case NodeKind::Pipe:
            if (!arguments.empty() || final) return fail_giving_arguments(first);
            return eval_nested(dot, static_cast<const PipeNode&>(first));
        default:
            break;
    }
    at(first);
    if (!arguments.empty() || final) return fail_giving_arguments(first);
    if (first.kind == NodeKind::Dot) return dot;
    if (first.kind == NodeKind::Nil) return fail("nil is not a command");
    return eval_any_constant(first);
}

Value Run::eval_nested(const Value& dot, const PipeNode& pipe) {
    if (++depth_ > limits_.depth)
        return fail(fmt::format("nested more than {} deep", limits_.depth), ErrorCode::TooLarge);
    Value value = eval_pipe(dot, pipe);
    --depth_;
    return value;
}

Value Run::fail_giving_arguments(const Node& node) {
    return fail("can't give argument to non-function " + node.to_string());
}

Value Run::eval_field_node(const Value& dot,
                           const FieldNode& node,
                           Words arguments,
                           const Value* final) {
    at(node);
    return eval_fields(dot, dot, node, node.fields, arguments, final);
}

Value Run::eval_chain(const Value& dot,
                      const ChainNode& node,
                      Words arguments,
                      const Value* final) {
    at(node);
    at(*node.base);
    Value base =
        node.base->kind == NodeKind::Pipe
            ? eval_nested(dot, static_cast<const PipeNode&>(*node.base))
            : eval_function(
                  dot, static_cast<const IdentifierNode&>(*node.base), *node.base, {}, nullptr);
    if (ended_) return {};
    return eval_fields(dot, std::move(base), node, node.fields, arguments, final);
}

Value Run::eval_variable(const Value& dot,
                         const VariableNode& node,
                         Words arguments,
                         const Value* final) {
    at(node);
    const Variable* variable = find_variable(node.name.symbol);
    if (!variable) return fail("undefined variable: " + node.name.text);
    if (!node.fields.empty())
        return eval_fields(dot, variable->value, node, node.fields, arguments, final);
    if (!arguments.empty() || final) return fail_giving_arguments(node);
    return variable->value;
}

// Arguments belong to the last field, which then has to be a method.
Value Run::eval_fields(const Value& dot,
                       Value receiver,
                       const Node& node,
                       std::span<const Name> fields,
                       Words arguments,
                       const Value* final) {
    for (const Name& field : fields.first(fields.size() - 1)) {
        receiver = eval_field(dot, field, node, {}, nullptr, receiver);
        if (ended_) return {};
    }
    return eval_field(dot, fields.back(), node, arguments, final, receiver);
}

Value Run::eval_field(const Value& dot,
                      const Name& name,
                      const Node& node,
                      Words arguments,
                      const Value* final,
                      const Value& given) {
    if (!given.is_valid()) return {};  // a missing key further up
    const Value receiver = reached(given);
    const auto type_name = [&] { return static_type(given).name(); };
    if (receiver.kind() == Kind::Interface)
        return fail(fmt::format("nil pointer evaluating {}.{}", type_name(), name.text));

    const bool behind_pointer =
        receiver.kind() == Kind::Pointer && receiver.type() != types::kErrorString;
    const Type type = behind_pointer ? receiver.type().element() : receiver.type();
    if (const int method = reachable_method(receiver, type, name.symbol); method >= 0)
        return eval_method(
            dot, receiver, type, static_cast<size_t>(method), node, arguments, final);

    const bool has_arguments = !arguments.empty() || final;
    if (type.kind() == Kind::Struct) {
        const TypeInfo& info = type.info();
        const int index = info.find_field(name.symbol);
        if (index >= 0) {
            if (behind_pointer && receiver.is_nil())
                return fail(fmt::format("nil pointer evaluating {}.{}", type_name(), name.text));
            if (info.fields[static_cast<size_t>(index)].access == Field::Access::Unexported)
                return fail(fmt::format(
                    "{} is an unexported field of struct type {}", name.text, type_name()));
            if (has_arguments)
                return fail(name.text + " has arguments but cannot be invoked as function");
            return receiver.field(static_cast<size_t>(index));
        }
    } else if (type.kind() == Kind::Map && takes_names(type.key())) {
        if (has_arguments) return fail(name.text + " is not a method but has arguments");
        return receiver.find(name.text);
    } else if (behind_pointer && receiver.is_nil()) {
        return fail(fmt::format("nil pointer evaluating {}.{}", type_name(), name.text));
    }
    return fail_no_field(name, type, type_name());
}

Value Run::fail_no_field(const Name& name, Type type, std::string_view shown_type) {
    fail(fmt::format("can't evaluate field {} in type {}", name.text, shown_type));
    std::vector<std::string_view> known;
    for (const Field& field : type.info().fields)
        if (field.access != Field::Access::Unexported) known.push_back(field.name);
    for (const Method& method : type.info().methods) known.push_back(method.name);
    if (std::string hint = nearest_hint(name.text, known); !hint.empty())
        error_ = error_->with_hint(std::move(hint));
    return {};
}

Value Run::eval_ideal(const NumberNode& node) {
    at(node);
    if (!node.ideal.is_valid()) return fail(fmt::format("{} overflows int", node.text));
    return node.ideal;
}

Value Run::eval_any_constant(const Node& node) {
    at(node);
    switch (node.kind) {
        case NodeKind::Boolean:
            return Value::boolean(static_cast<const BooleanNode&>(node).value);
        case NodeKind::Number:
            return eval_ideal(static_cast<const NumberNode&>(node));
        default:
            return Value::text(static_cast<const StringNode&>(node).text);
    }
}

}  // namespace ww::tmpl
