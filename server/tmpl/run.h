// SPDX-License-Identifier: BSD-3-Clause
//
// Run: the state of one execution, on the stack of its thread. Splits in three: exec.cc walks lists
// and control structures, eval.cc computes pipelines, call.cc calls functions. Private to the
// engine.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tmpl/dict.h"
#include "tmpl/node.h"
#include "tmpl/template.h"

namespace ww::tmpl {

class Run {
   public:
    Run(const TemplateSet& set, Context* context, const Limits& limits);
    ~Run();
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    Result<Output> execute(const Value& data);
    Result<Value> call_method(const Value& receiver, size_t index);

   private:
    friend class Call;

    enum class Flow : uint8_t { Next, Break, Continue, Stop };
    struct Variable {
        Symbol name;
        Value value;
    };
    using Words = std::span<const NodePtr>;

    // -- exec.cc: after failure or stop they return Flow::Stop
    Flow walk_list(const Value& dot, const List& list);
    Flow walk(const Value& dot, const Node& node);
    Flow walk_action(const Value& dot, const ActionNode& node);
    Flow walk_branch(const Value& dot, const BranchNode& node);
    Flow walk_template(const Value& dot, const TemplateNode& node);
    Flow walk_range(const Value& dot, const BranchNode& node);
    Flow walk_range_over(const Value& operand, const BranchNode& node, bool& ran);
    Flow iterate(const BranchNode& node, const Value& key, const Value& element);
    bool print_result(const Value& value);

    // -- eval.cc: after failure or stop they return the invalid Value and ended_ is set.
    // `final` is the result of the command before, or null.
    Value eval_pipe(const Value& dot, const PipeNode& pipe);
    Value eval_nested(const Value& dot, const PipeNode& pipe);  // in parentheses
    Value eval_command(const Value& dot, const CommandNode& command, const Value* final);
    Value eval_field_node(const Value& dot,
                          const FieldNode& node,
                          Words arguments,
                          const Value* final);
    Value eval_chain(const Value& dot, const ChainNode& node, Words arguments, const Value* final);
    Value eval_variable(const Value& dot,
                        const VariableNode& node,
                        Words arguments,
                        const Value* final);
    Value eval_fields(const Value& dot,
                      Value receiver,
                      const Node& node,
                      std::span<const Name> fields,
                      Words arguments,
                      const Value* final);
    Value eval_field(const Value& dot,
                     const Name& name,
                     const Node& node,
                     Words arguments,
                     const Value* final,
                     const Value& receiver);
    Value eval_ideal(const NumberNode& node);

    // -- call.cc
    Value eval_function(const Value& dot,
                        const IdentifierNode& node,
                        const Node& place,
                        Words arguments,
                        const Value* final);
    static std::string callee_name(Words arguments, const Value* final);
    Value eval_and_or(const Value& dot,
                      const Function& function,
                      Words arguments,
                      const Value* final);
    Value eval_method(const Value& dot,
                      const Value& receiver,
                      Type type,
                      size_t index,
                      const Node& place,
                      Words arguments,
                      const Value* final);
    bool eval_arguments(const Value& dot,
                        std::string_view name,
                        const Signature& signature,
                        Words arguments,
                        const Value* final);
    Value eval_argument(const Value& dot, Type type, const Node& node);
    Value eval_constant(Type type, const Node& node);
    Value eval_any_constant(const Node& node);
    bool convert(Value& value, Type type);
    /// Turns a failure of the callee into an error at `place`.
    Value finish_call(Value result, std::string_view name, const Node& place);

    // -- Variables
    void push_variable(Symbol name, const Value& value) { variables_.push_back({name, value}); }
    void pop_variables(size_t mark) { variables_.resize(mark); }
    Variable* find_variable(Symbol name);
    bool assign_variable(const Name& name, const Value& value);

    // -- Ending early
    void at(const Node& node) { node_ = &node; }
    Value fail(std::string message, ErrorCode code = ErrorCode::Unprocessable);
    Value fail_no_field(const Name& name, Type type, std::string_view shown_type);
    Value fail_giving_arguments(const Node& node);
    bool within_limits();
    bool count_step();
    bool is_late() const { return std::chrono::steady_clock::now() > deadline_; }
    std::string lateness() const;

    const TemplateSet& set_;
    Context* context_;
    const Limits& limits_;
    const Tree* tree_ = nullptr;  // the template being executed
    const Node* node_ = nullptr;  // the place of an error
    std::string output_;
    std::vector<Variable> variables_;
    size_t first_variable_ = 0;     // of the template being executed
    std::vector<Value> arguments_;  // of all calls under way
    std::vector<Value> cyclic_;     // dicts that may contain themselves
    std::string call_problem_;      // what Call::fail said
    bool call_failed_ = false;
    bool over_memory_ = false;
    bool over_time_ = false;
    bool ended_ = false;  // failed, stopped or over a limit
    bool stopped_ = false;
    std::optional<Error> error_;
    int depth_ = 0;
    size_t steps_ = 0;
    std::ptrdiff_t bytes_at_start_;
    std::chrono::steady_clock::time_point deadline_;
};

}  // namespace ww::tmpl
