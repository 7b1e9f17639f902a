// SPDX-License-Identifier: BSD-3-Clause
//
// Functions that templates call. A function is one row of a table (name, parameters as Go writes
// them, code, one line of documentation); arguments arrive converted to the parameters' types by
// Go's rules, so the code only computes.
#pragma once

#include <fmt/core.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tmpl/value.h"

namespace ww::tmpl {

class Call;
class Run;

/// What the caller of execute() shares with its stateful functions; they cast it back.
class Context {
   public:
    virtual ~Context() = default;
    /// A function was called whose result depends on more than its arguments (Function::Result).
    virtual void called_volatile(std::string_view) {}
};

struct Function {
    enum class Special : uint8_t { None, And, Or, Call };
    enum class Result : uint8_t {
        Pure,      // depends on its arguments only
        Reported,  // also on what it tells its context by itself: a file it read
        Volatile,  // also on time, chance, the network or the environment: the context is told
    };

    std::string_view name;
    /// Go's parameter types: "", "string, int", "any, ...any", "map[string]any, string". `value`
    /// takes an argument unconverted, even none at all (reflect.Value).
    std::string_view parameters;
    Value (*run)(Call& call);
    std::string_view doc;
    Result result = Result::Pure;
    /// Go's and, or and call, whose arguments are evaluated in their own way.
    Special special = Special::None;
};

/// The arguments of a call, the way to fail, and what a function may know of its surroundings.
class Call {
   public:
    size_t size() const { return arguments_.size(); }
    /// An `any` argument is never boxed; nil and missing are both Value::nil().
    const Value& operator[](size_t index) const { return arguments_[index]; }
    std::span<const Value> arguments() const { return arguments_; }
    std::span<const Value> from(size_t index) const { return arguments_.subspan(index); }
    const Value& self() const { return self_; }  // the receiver of a method
    std::string_view callee() const {
        return callee_;
    }  // first argument of Go's `call`, as written

    std::string_view text(size_t index) const { return arguments_[index].text(); }
    int64_t integer(size_t index) const { return arguments_[index].as_int(); }
    bool boolean(size_t index) const { return arguments_[index].as_bool(); }

    /// Ends the execution with "error calling NAME: MESSAGE"; `return call.fail(...)`. Stands for a
    /// returned error and for a panic alike.
    Value fail(std::string message);
    template <class... Args>
    Value fail(fmt::format_string<Args...> format, Args&&... args)
        requires(sizeof...(Args) > 0)
    {
        return fail(fmt::format(format, std::forward<Args>(args)...));
    }
    bool failed() const;
    /// Ends the execution without an error: execute() reports `stopped`.
    Value stop();

    /// False, having failed, if `bytes` more memory would exceed the run's limit. Ask before making
    /// anything whose size an argument decides (repeat, until, indent).
    bool may_use(size_t bytes);
    /// False, having failed, if the run's time is up. Ask before anything that takes milliseconds.
    bool in_time();
    /// Bytes that may_use() would grant.
    size_t memory_left() const;
    /// Changes a dict, and remembers it if this could make a cycle.
    void set_key(Dict& dict, Value key, Value element);

    Context* context() const;
    /// Bytes written to the output so far.
    size_t output_size() const;
    /// Of the template's text, where the function is called; from 1.
    int line() const;

   private:
    friend class Run;
    Call(Run& run,
         std::span<const Value> arguments,
         const Value& self,
         std::string_view callee = {})
        : run_(run), arguments_(arguments), self_(self), callee_(callee) {}

    Run& run_;
    std::span<const Value> arguments_;
    const Value& self_;
    std::string_view callee_;
};

/// Parameter types, looked up.
struct Signature {
    std::vector<Type> parameters;
    bool variadic =
        false;  // the last type is that of each further argument, of which there may be none

    /// Every name must be a type (Type::parse) or `value`.
    static Signature parse(std::string_view parameters);
};

struct Callable {
    const Function* function = nullptr;
    Signature signature;
};

/// Names to functions. Filled once, then shared; outlives the templates parsed with it.
class FunctionTable {
   public:
    /// Later rows win over earlier ones of the same name. `rows` must outlive the table.
    void add(std::span<const Function> rows);
    const Callable* find(std::string_view name) const;
    /// In byte order of their names.
    std::vector<const Callable*> all() const;

   private:
    std::unordered_map<std::string_view, std::unique_ptr<Callable>> callables_;
};

/// Go's own nineteen functions.
std::span<const Function> builtin_functions();

}  // namespace ww::tmpl
