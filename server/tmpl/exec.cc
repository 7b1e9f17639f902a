// SPDX-License-Identifier: BSD-3-Clause
//
// Walking a template: text, actions, control structures.
#include <fmt/format.h>

#include "base/quote.h"
#include "tmpl/compare.h"
#include "tmpl/go_format.h"
#include "tmpl/run.h"

namespace ww::tmpl {
namespace {

const Symbol kDollar = intern("$");

// Behind all pointers and interfaces; a nil one stays as it is.
Value indirect(Value value) {
    while (true) {
        if (value.boxed()) value.unbox();
        if (value.kind() != Kind::Pointer || value.is_nil() || value.type() == types::kErrorString)
            return value;
        value = value.pointee();
    }
}

class Deeper {
   public:
    explicit Deeper(int& depth) : depth_(depth) { ++depth_; }
    ~Deeper() { --depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;

   private:
    int& depth_;
};

}  // namespace

Run::Run(const TemplateSet& set, Context* context, const Limits& limits)
    : set_(set),
      context_(context),
      limits_(limits),
      bytes_at_start_(live_bytes),
      deadline_(std::chrono::steady_clock::now() + limits.time) {
    variables_.reserve(16);
    arguments_.reserve(16);
}

Run::~Run() {
    for (const Value& value : cyclic_)
        if (Dict* dict = value.mutable_dict()) dict->clear();
}

Result<Output> Run::execute(const Value& data) {
    tree_ = &set_.main();
    push_variable(kDollar, data);
    walk_list(data, tree_->root);
    if (error_) return *error_;
    return Output{std::move(output_), stopped_};
}

// ---- Lists and actions ----

Run::Flow Run::walk_list(const Value& dot, const List& list) {
    for (const NodePtr& node : list)
        if (const Flow flow = walk(dot, *node); flow != Flow::Next) return flow;
    return Flow::Next;
}

Run::Flow Run::walk(const Value& dot, const Node& node) {
    at(node);
    switch (node.kind) {
        case NodeKind::Text:
            output_ += static_cast<const TextNode&>(node).text;
            return within_limits() ? Flow::Next : Flow::Stop;
        case NodeKind::Action:
            return walk_action(dot, static_cast<const ActionNode&>(node));
        case NodeKind::If:
        case NodeKind::With:
            return walk_branch(dot, static_cast<const BranchNode&>(node));
        case NodeKind::Range:
            return walk_range(dot, static_cast<const BranchNode&>(node));
        case NodeKind::Template:
            return walk_template(dot, static_cast<const TemplateNode&>(node));
        case NodeKind::Break:
            return Flow::Break;
        case NodeKind::Continue:
            return Flow::Continue;
        default:
            return Flow::Next;  // a comment
    }
}

// Variables declared here live until the end of the enclosing block.
Run::Flow Run::walk_action(const Value& dot, const ActionNode& node) {
    const Value value = eval_pipe(dot, *node.pipe);
    if (ended_) return Flow::Stop;
    if (!node.pipe->declarations.empty()) return Flow::Next;
    at(node);
    return print_result(value) ? Flow::Next : Flow::Stop;
}

bool Run::print_result(const Value& value) {
    if (!value.is_valid())
        output_ += "<no value>";
    else if (value.kind() == Kind::Pointer)
        append_value(output_, indirect(value), limits_.output_bytes);
    else
        append_value(output_, value, limits_.output_bytes);
    return within_limits();
}

Run::Flow Run::walk_branch(const Value& dot, const BranchNode& node) {
    const Deeper deeper(depth_);
    const size_t mark = variables_.size();
    const Value value = eval_pipe(dot, *node.pipe);
    if (ended_) return Flow::Stop;
    Flow flow = Flow::Next;
    if (truth(value))
        flow = walk_list(node.kind == NodeKind::With ? value : dot, node.body);
    else
        flow = walk_list(dot, node.otherwise);
    pop_variables(mark);
    return flow;
}

Run::Flow Run::walk_template(const Value& dot, const TemplateNode& node) {
    if (!node.target) {
        fail(fmt::format("template {} not defined", quote(node.name)));
        return Flow::Stop;
    }
    const Deeper deeper(depth_);
    if (!count_step()) return Flow::Stop;
    Value argument;
    if (node.pipe) argument = eval_pipe(dot, *node.pipe);
    if (ended_) return Flow::Stop;
    const Tree* caller = std::exchange(tree_, node.target);
    const size_t mark = variables_.size();
    const size_t caller_first = std::exchange(first_variable_, mark);
    push_variable(kDollar, argument);
    const Flow flow = walk_list(argument, node.target->root);
    if (flow == Flow::Stop) return flow;
    pop_variables(mark);
    first_variable_ = caller_first;
    tree_ = caller;
    return flow;
}

// ---- Range ----

Run::Flow Run::walk_range(const Value& dot, const BranchNode& node) {
    const Deeper deeper(depth_);
    const size_t mark = variables_.size();
    const Value operand = indirect(eval_pipe(dot, *node.pipe));
    if (ended_) return Flow::Stop;
    bool ran = false;
    Flow flow = walk_range_over(operand, node, ran);
    if (!ran && flow == Flow::Next) {
        flow = walk_list(dot, node.otherwise);
        // Compat: a break in the else list of an inner range leaves that range only; a continue
        // goes on with the outer one.
        if (flow == Flow::Break) flow = Flow::Next;
    }
    pop_variables(mark);
    return flow;
}

Run::Flow Run::walk_range_over(const Value& operand, const BranchNode& node, bool& ran) {
    const auto once = [&](const Value& key, const Value& element) {
        ran = true;
        return iterate(node, key, element);
    };
    Flow flow = Flow::Next;
    switch (operand.kind()) {
        case Kind::Invalid:
            return Flow::Next;
        case Kind::Slice: {
            const size_t size = operand.length();
            for (size_t i = 0; i < size && flow == Flow::Next; ++i)
                flow = once(Value::integer(static_cast<int64_t>(i)), operand.at(i));
            break;
        }
        case Kind::Map:
            // Copied out first: changes to the map during the loop do not show.
            for (const Entry& entry : operand.entries()) {
                flow = once(entry.key, entry.element);
                if (flow != Flow::Next) break;
            }
            break;
        case Kind::Int:
        case Kind::Int8:
        case Kind::Int16:
        case Kind::Int32:
        case Kind::Int64:
        case Kind::Uint:
        case Kind::Uint8:
        case Kind::Uint16:
        case Kind::Uint32:
        case Kind::Uint64: {
            if (node.pipe->declarations.size() > 1) {
                fail(fmt::format("can't use {} to iterate over more than one variable",
                                 to_text(operand)));
                return Flow::Stop;
            }
            const bool is_signed = operand.kind() <= Kind::Int64;
            const uint64_t count = is_signed && operand.as_int() < 0 ? 0 : operand.as_uint();
            for (uint64_t i = 0; i < count && flow == Flow::Next; ++i)
                flow = once(Value(), Value::unsigned_integer(operand.type(), i));
            break;
        }
        default:
            fail(fmt::format("range can't iterate over {}", to_text(operand)));
            return Flow::Stop;
    }
    return flow == Flow::Break ? Flow::Next : flow;
}

Run::Flow Run::iterate(const BranchNode& node, const Value& key, const Value& element) {
    if (!count_step()) return Flow::Stop;
    const size_t mark = variables_.size();
    const auto& declared = node.pipe->declarations;
    if (node.pipe->assigns) {
        const bool two = declared.size() > 1;
        if (two && !assign_variable(declared[0]->name, key)) return Flow::Stop;
        if (!declared.empty() && !assign_variable(declared[two ? 1 : 0]->name, element))
            return Flow::Stop;
    } else if (!declared.empty()) {
        // Pushed by the pipeline, in the order written.
        variables_[mark - 1].value = element;
        if (declared.size() > 1) variables_[mark - 2].value = key;
    }
    const Flow flow = walk_list(element, node.body);
    if (flow == Flow::Stop) return flow;
    pop_variables(mark);
    return flow == Flow::Continue ? Flow::Next : flow;
}

// ---- Variables ----

Run::Variable* Run::find_variable(Symbol name) {
    for (size_t i = variables_.size(); i > first_variable_; --i)
        if (variables_[i - 1].name == name) return &variables_[i - 1];
    return nullptr;
}

bool Run::assign_variable(const Name& name, const Value& value) {
    if (Variable* variable = find_variable(name.symbol)) {
        variable->value = value;
        return true;
    }
    fail("undefined variable: " + name.text);
    return false;
}

// ---- Ending early ----

Value Run::fail(std::string message, ErrorCode code) {
    if (ended_) return {};
    ended_ = true;
    std::string tree;
    append_quoted(tree, tree_->name);
    error_ = Error(code,
                   fmt::format("template: {}: executing {} at <{}>: {}",
                               set_.location(node_->position),
                               tree,
                               node_->to_string(),
                               message))
                 .with_place({.file = set_.name(),
                              .line = set_.line_of(node_->position),
                              .column = set_.column_of(node_->position) + 1});
    return {};
}

bool Run::within_limits() {
    if (output_.size() <= limits_.output_bytes) return true;
    fail(fmt::format("output larger than {} bytes", limits_.output_bytes), ErrorCode::TooLarge);
    return false;
}

bool Run::count_step() {
    constexpr size_t kStepsPerClock = 256;
    if (++steps_ > limits_.iterations)
        fail(fmt::format("more than {} iterations", limits_.iterations), ErrorCode::TooLarge);
    else if (depth_ > limits_.depth)
        fail(fmt::format("nested more than {} deep", limits_.depth), ErrorCode::TooLarge);
    else if (steps_ % kStepsPerClock == 0 && is_late())
        fail(lateness(), ErrorCode::Timeout);
    return !ended_;
}

std::string Run::lateness() const {
    return fmt::format("took longer than {} ms", limits_.time.count());
}

Result<Output> execute(const Template& source,
                       const Value& data,
                       Context* context,
                       const Limits& limits) {
    return Run(source.set(), context, limits).execute(data);
}

}  // namespace ww::tmpl
