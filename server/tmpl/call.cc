// SPDX-License-Identifier: BSD-3-Clause
//
// Calling functions and methods: counting, evaluating and converting arguments.
#include <fmt/format.h>

#include <algorithm>

#include "tmpl/assign.h"
#include "tmpl/compare.h"
#include "tmpl/dict.h"
#include "tmpl/run.h"
#include "tmpl/view.h"

namespace ww::tmpl {

// ---- What functions see ----

Value Call::fail(std::string message) {
    if (!run_.call_failed_) run_.call_problem_ = std::move(message);
    run_.call_failed_ = true;
    return {};
}

bool Call::failed() const { return run_.call_failed_; }

Value Call::stop() {
    run_.stopped_ = true;
    return fail({});
}

size_t Call::memory_left() const {
    const std::ptrdiff_t used = live_bytes - run_.bytes_at_start_;
    const auto limit = static_cast<std::ptrdiff_t>(run_.limits_.memory_bytes);
    return static_cast<size_t>(std::max<std::ptrdiff_t>(limit - used, 0));
}

bool Call::may_use(size_t bytes) {
    if (bytes <= memory_left()) return true;
    run_.over_memory_ = true;
    fail(fmt::format("more than {} bytes of memory", run_.limits_.memory_bytes));
    return false;
}

bool Call::in_time() {
    if (!run_.is_late()) return true;
    run_.over_time_ = true;
    fail(run_.lateness());
    return false;
}

void Call::set_key(Dict& dict, Value key, Value element) {
    const Kind kind = element.kind();
    if (kind == Kind::Map || kind == Kind::Slice)
        run_.cyclic_.push_back(Value::dict(Ref<Dict>(&dict)));
    dict.set(std::move(key), std::move(element));
}

Context* Call::context() const { return run_.context_; }
size_t Call::output_size() const { return run_.output_.size(); }
int Call::line() const { return run_.set_.line_of(run_.node_->position); }

// ---- Functions ----

Value Run::eval_function(const Value& dot,
                         const IdentifierNode& node,
                         const Node& place,
                         Words arguments,
                         const Value* final) {
    at(node);
    const Function& function = *node.function->function;
    if (function.special == Function::Special::And || function.special == Function::Special::Or)
        return eval_and_or(dot, function, arguments, final);
    const size_t mark = arguments_.size();
    if (!eval_arguments(dot, function.name, node.function->signature, arguments, final)) return {};
    std::string callee;
    if (function.special == Function::Special::Call) callee = callee_name(arguments, final);
    if (function.result == Function::Result::Volatile && context_)
        context_->called_volatile(function.name);
    const Value nobody{};
    Call call(*this, std::span<const Value>(arguments_).subspan(mark), nobody, callee);
    Value result = function.run(call);
    arguments_.resize(mark);
    return finish_call(std::move(result), function.name, place);
}

// What Go's `call` calls the function it was given: as written, or what came down the pipe.
std::string Run::callee_name(Words arguments, const Value* final) {
    if (!arguments.empty()) return arguments[0]->to_string();
    if (final->kind() == Kind::String) return std::string(final->text());
    return fmt::format("<{} Value>", final->is_valid() ? final->type().name() : "invalid");
}

// The first argument that decides is the result; those behind it are not evaluated.
Value Run::eval_and_or(const Value& dot,
                       const Function& function,
                       Words arguments,
                       const Value* final) {
    if (arguments.empty() && !final)
        return fail(
            fmt::format("wrong number of args for {}: want at least 1 got 0", function.name));
    const bool decisive = function.special == Function::Special::Or;
    Value value;
    for (const NodePtr& argument : arguments) {
        value = eval_argument(dot, types::kRaw, *argument);
        if (ended_) return {};
        if (truth(value) == decisive) return value;
    }
    if (final) value = *final;
    return value;
}

Value Run::eval_method(const Value& dot,
                       const Value& receiver,
                       Type type,
                       size_t index,
                       const Node& place,
                       Words arguments,
                       const Value* final) {
    const Method& method = type.info().methods[index];
    const size_t mark = arguments_.size();
    if (!eval_arguments(dot, method.name, Signature::parse(method.parameters), arguments, final))
        return {};
    if (receiver.kind() == Kind::Pointer && receiver.is_nil())
        return finish_call(
            Call(*this, {}, receiver)
                .fail("runtime error: invalid memory address or nil pointer dereference"),
            method.name,
            place);
    const auto given = std::span<const Value>(arguments_).subspan(mark);
    Value result;
    if (type.kind() == Kind::Struct && type != types::kTime) {
        const StructView& view = receiver.struct_reader();
        const Value self = Value::struct_view(type, view.target(receiver.address()));
        Call call(*this, given, self);
        result = view.method(receiver.address(), type, index, call);
    } else {
        Call call(*this, given, receiver);
        result = method.run(call);
    }
    arguments_.resize(mark);
    return finish_call(std::move(result), method.name, place);
}

Value Run::finish_call(Value result, std::string_view name, const Node& place) {
    const std::ptrdiff_t used = live_bytes - bytes_at_start_;
    if (!call_failed_ && used > static_cast<std::ptrdiff_t>(limits_.memory_bytes)) {
        over_memory_ = true;
        call_failed_ = true;
        call_problem_ = fmt::format("more than {} bytes of memory", limits_.memory_bytes);
    }
    if (!call_failed_) return result;
    if (stopped_) {
        ended_ = true;
        return {};
    }
    at(place);
    return fail(fmt::format("error calling {}: {}", name, call_problem_),
                over_memory_ ? ErrorCode::TooLarge
                : over_time_ ? ErrorCode::Timeout
                             : ErrorCode::Unprocessable);
}

Result<Value> Run::call_method(const Value& receiver, size_t index) {
    const Type type =
        receiver.kind() == Kind::Pointer ? receiver.type().element() : receiver.type();
    const StructView& view = receiver.struct_reader();
    const Value self = Value::struct_view(type, view.target(receiver.address()));
    Call call(*this, {}, self);
    Value result = view.method(receiver.address(), type, index, call);
    if (call_failed_) return Error(ErrorCode::Unprocessable, call_problem_);
    return result;
}

Result<Value> call_method(const Value& receiver, std::string_view name) {
    static const TemplateSet nothing("", "");
    const Type type =
        receiver.kind() == Kind::Pointer ? receiver.type().element() : receiver.type();
    const int index = type.info().find_method(intern(name));
    if (index < 0 || type.kind() != Kind::Struct || receiver.is_nil())
        return Error(ErrorCode::NotFound, fmt::format("no method {} of {}", name, type.name()));
    const Limits limits;
    return Run(nothing, nullptr, limits).call_method(receiver, static_cast<size_t>(index));
}

// ---- Arguments ----

// Pushes the converted arguments on arguments_.
bool Run::eval_arguments(const Value& dot,
                         std::string_view name,
                         const Signature& signature,
                         Words arguments,
                         const Value* final) {
    const size_t given = arguments.size() + (final ? 1 : 0);
    const size_t count = signature.parameters.size();
    const size_t fixed = signature.variadic ? count - 1 : count;
    if (signature.variadic && given < fixed) {
        fail(fmt::format(
            "wrong number of args for {}: want at least {} got {}", name, fixed, arguments.size()));
        return false;
    }
    if (!signature.variadic && given != count) {
        fail(fmt::format("wrong number of args for {}: want {} got {}", name, count, given));
        return false;
    }
    const auto type_of = [&](size_t index) {
        return signature.parameters[std::min(index, count - 1)];
    };
    for (size_t i = 0; i < arguments.size(); ++i) {
        Value value = eval_argument(dot, type_of(i), *arguments[i]);
        if (ended_) return false;
        arguments_.push_back(std::move(value));
    }
    if (final) {
        Value value = *final;
        if (!convert(value, type_of(arguments.size()))) return false;
        arguments_.push_back(std::move(value));
    }
    return true;
}

bool Run::convert(Value& value, Type type) {
    if (value.type() == type && !value.boxed()) return true;
    std::string problem;
    if (convert_argument(value, type, problem)) return true;
    fail(std::move(problem));
    return false;
}

Value Run::eval_argument(const Value& dot, Type type, const Node& node) {
    at(node);
    Value value;
    switch (node.kind) {
        case NodeKind::Dot:
            value = dot;
            break;
        case NodeKind::Nil:
            if (can_be_nil(type)) return nil_for(type);
            return fail(fmt::format("cannot assign nil to {}", type.name()));
        case NodeKind::Field:
            value = eval_field_node(dot, static_cast<const FieldNode&>(node), {}, nullptr);
            break;
        case NodeKind::Variable:
            value = eval_variable(dot, static_cast<const VariableNode&>(node), {}, nullptr);
            break;
        case NodeKind::Pipe:
            value = eval_nested(dot, static_cast<const PipeNode&>(node));
            break;
        case NodeKind::Identifier:
            value = eval_function(dot, static_cast<const IdentifierNode&>(node), node, {}, nullptr);
            break;
        case NodeKind::Chain:
            value = eval_chain(dot, static_cast<const ChainNode&>(node), {}, nullptr);
            break;
        default:
            return eval_constant(type, node);
    }
    if (ended_ || !convert(value, type)) return {};
    return value;
}

// A literal takes the parameter's type, if it can hold it.
Value Run::eval_constant(Type type, const Node& node) {
    const auto* number =
        node.kind == NodeKind::Number ? static_cast<const NumberNode*>(&node) : nullptr;
    const auto expected = [&](std::string_view what) {
        return fail(fmt::format("expected {}; found {}", what, node.to_string()));
    };
    switch (type.kind()) {
        case Kind::Bool:
            if (node.kind != NodeKind::Boolean) return expected("bool");
            return eval_any_constant(node);
        case Kind::String:
            if (node.kind != NodeKind::String) return expected("string");
            return Value::text(static_cast<const StringNode&>(node).text, type);
        case Kind::Int:
        case Kind::Int8:
        case Kind::Int16:
        case Kind::Int32:
        case Kind::Int64:
            if (!number || !number->is_int) return expected("integer");
            return Value::integer(type, wrap_integer(type, number->integer));
        case Kind::Uint:
        case Kind::Uint8:
        case Kind::Uint16:
        case Kind::Uint32:
        case Kind::Uint64:
            if (!number || !number->is_uint) return expected("unsigned integer");
            return Value::integer(type, wrap_integer(type, static_cast<int64_t>(number->natural)));
        case Kind::Float32:
        case Kind::Float64:
            if (!number || !number->is_float) return expected("float");
            return Value::floating(type, number->real);
        case Kind::Complex128:
            if (!number || !number->is_complex) return expected("complex");
            return Value::complex(number->real, number->imaginary);
        case Kind::Interface:
            if (type == types::kAny) return eval_any_constant(node);
            break;
        case Kind::Struct:
            if (type == types::kRaw) return eval_any_constant(node);
            break;
        default:
            break;
    }
    return fail(fmt::format("can't handle {} for arg of type {}", node.to_string(), type.name()));
}

}  // namespace ww::tmpl
