// SPDX-License-Identifier: BSD-3-Clause
//
// The nineteen functions of Go's template language.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tmpl/assign.h"
#include "tmpl/compare.h"
#include "tmpl/escape.h"
#include "tmpl/function.h"
#include "tmpl/go_format.h"

namespace ww::tmpl {
namespace {

// Most text one call may print, whatever the run's memory: what prints more holds itself many
// times.
constexpr size_t kMaxPrinted = size_t{256} << 20;

// Lists that hold each other print to far more than they hold: they stop where the memory would.
size_t most_printed(const Call& call) { return std::min(kMaxPrinted, call.memory_left()); }

// Behind all pointers and interfaces; false if that ends at a nil.
bool reach(Value& value) {
    while (value.boxed() || value.kind() == Kind::Interface || value.kind() == Kind::Pointer) {
        if (value.kind() == Kind::Interface) return false;
        if (value.boxed()) {
            value = value.unboxed();
            continue;
        }
        if (value.is_nil()) return false;
        if (value.type() == types::kErrorString) return true;
        value = value.pointee();
    }
    return true;
}

Value zero_of(Type type) {
    switch (type.kind()) {
        case Kind::Bool:
            return Value::boolean(false);
        case Kind::String:
            return Value::text({}, type);
        case Kind::Float32:
        case Kind::Float64:
            return Value::floating(type, 0);
        case Kind::Complex128:
            return Value::complex(0, 0);
        default:
            return can_be_nil(type) ? nil_for(type) : Value::integer(type, 0);
    }
}

// ---- Containers ----

// A whole number from 0 to `limit`; -1 after failing.
int64_t index_of(Call& call, const Value& boxed, size_t limit) {
    const Value index = boxed.unboxed();
    if (!index.is_valid()) {
        call.fail("cannot index slice/array with nil");
        return -1;
    }
    if (index.kind() < Kind::Int || index.kind() > Kind::Uint64) {
        call.fail("cannot index slice/array with type {}", index.type().name());
        return -1;
    }
    const int64_t at = index.as_int();
    if (at >= 0 && static_cast<uint64_t>(at) <= limit) return at;
    call.fail("index out of range: {}", at);
    return -1;
}

Value index_once(Call& call, const Value& item, const Value& key) {
    switch (item.kind()) {
        case Kind::Slice:
        case Kind::String: {
            const size_t size = item.length();
            const int64_t at = index_of(call, key, size);
            if (at < 0) return {};
            const auto position = static_cast<size_t>(at);
            const bool string = item.kind() == Kind::String;
            if (position == size)
                return call.fail("reflect: {} index out of range", string ? "string" : "slice");
            if (!string) return item.at(position);
            return Value::unsigned_integer(types::kUint8,
                                           static_cast<unsigned char>(item.text()[position]));
        }
        case Kind::Map: {
            Value wanted = key.unboxed();
            std::string problem;
            if (!convert_key(wanted, item.type().key(), problem)) return call.fail(problem);
            Value found = item.find(wanted);
            return found.is_valid() ? found : zero_of(item.type().element());
        }
        default:
            return call.fail("can't index item of type {}", item.type().name());
    }
}

Value run_index(Call& call) {
    Value item = call[0].unboxed();
    if (!item.is_valid()) return call.fail("index of untyped nil");
    for (const Value& key : call.from(1)) {
        if (!reach(item)) return call.fail("index of nil pointer");
        item = index_once(call, item, key);
        if (call.failed()) return {};
    }
    return item;
}

Value run_slice(Call& call) {
    Value item = call[0].unboxed();
    if (!item.is_valid()) return call.fail("slice of untyped nil");
    if (!reach(item)) return call.fail("slice of nil pointer");
    const auto indexes = call.from(1);
    if (indexes.size() > 3) return call.fail("too many slice indexes: {}", indexes.size());
    const bool string = item.kind() == Kind::String;
    if (string && indexes.size() == 3) return call.fail("cannot 3-index slice a string");
    if (!string && item.kind() != Kind::Slice)
        return call.fail("can't slice item of type {}", item.type().name());
    const size_t capacity = string ? item.length() : item.capacity();
    std::array<int64_t, 3> at{
        0, static_cast<int64_t>(item.length()), static_cast<int64_t>(capacity)};
    for (size_t i = 0; i < indexes.size(); ++i) {
        at[i] = index_of(call, indexes[i], capacity);
        if (at[i] < 0) return {};
    }
    for (size_t i = 0; i < 2; ++i)
        if (at[i] > at[i + 1]) return call.fail("invalid slice index: {} > {}", at[i], at[i + 1]);
    const auto begin = static_cast<size_t>(at[0]), end = static_cast<size_t>(at[1]);
    if (string) return Value::part(item, item.text().substr(begin, end - begin));
    return Value::sublist(item, begin, end);
}

Value run_len(Call& call) {
    Value item = call[0];
    if (!reach(item)) return call.fail("len of nil pointer");
    switch (item.kind()) {
        case Kind::Map:
        case Kind::Slice:
        case Kind::String:
            return Value::integer(static_cast<int64_t>(item.length()));
        case Kind::Invalid:
            return call.fail("reflect: call of reflect.Value.Type on zero Value");
        default:
            return call.fail("len of type {}", item.type().name());
    }
}

// No value a template meets is a function.
Value run_call(Call& call) {
    const Value callee = call[0].unboxed();
    if (!callee.is_valid()) return call.fail("call of nil");
    return call.fail("non-function {} of type {}", call.callee(), callee.type().name());
}

// ---- Logic ----

Value run_not(Call& call) { return Value::boolean(!truth(call[0].unboxed())); }

bool equal(Call& call, const Value& a, const Value& b) {
    std::string problem;
    const bool is_equal = template_equal(a.unboxed(), b.unboxed(), problem);
    if (!problem.empty()) call.fail(std::move(problem));
    return is_equal;
}

bool less(Call& call, const Value& a, const Value& b) {
    std::string problem;
    const bool is_less = template_less(a.unboxed(), b.unboxed(), problem);
    if (!problem.empty()) call.fail(std::move(problem));
    return is_less;
}

Value run_eq(Call& call) {
    if (call.size() == 1) return call.fail("missing argument for comparison");
    for (const Value& other : call.from(1)) {
        if (equal(call, call[0], other)) return Value::boolean(true);
        if (call.failed()) return {};
    }
    return Value::boolean(false);
}

Value run_ne(Call& call) { return Value::boolean(!equal(call, call[0], call[1])); }
Value run_lt(Call& call) { return Value::boolean(less(call, call[0], call[1])); }
Value run_ge(Call& call) { return Value::boolean(!less(call, call[0], call[1])); }

Value run_le(Call& call) {
    return Value::boolean(less(call, call[0], call[1]) ||
                          (!call.failed() && equal(call, call[0], call[1])));
}

Value run_gt(Call& call) {
    return Value::boolean(!less(call, call[0], call[1]) && !call.failed() &&
                          !equal(call, call[0], call[1]));
}

// ---- Printing ----

Value made(Call& call, const std::string& text) {
    return call.may_use(text.size()) ? Value::string(text) : Value();
}

Value run_print(Call& call) {
    std::string out;
    append_sprint(out, call.arguments(), most_printed(call));
    return made(call, out);
}

Value run_println(Call& call) {
    std::string out;
    append_sprintln(out, call.arguments(), most_printed(call));
    return made(call, out);
}

Value run_printf(Call& call) {
    std::string out;
    append_sprintf(out, call.text(0), call.from(1), most_printed(call));
    return made(call, out);
}

// As print, but pointers print what they point to, and nil as an action prints it.
std::string printed_as_actions(Call& call) {
    std::vector<Value> operands(call.arguments().begin(), call.arguments().end());
    for (Value& operand : operands) {
        reach(operand);
        if (operand.kind() == Kind::Interface) operand = Value::text("<no value>");
    }
    std::string out;
    append_sprint(out, operands, most_printed(call));
    return out;
}

template <void (*escape)(std::string&, std::string_view)>
Value run_escape(Call& call) {
    std::string out;
    escape(out, printed_as_actions(call));
    return made(call, out);
}

using enum Function::Result;
using enum Function::Special;

constexpr Function kBuiltins[] = {
    {"and",
     "value, ...value",
     nullptr,
     "the first false argument, or the last; stops there",
     Pure,
     And},
    {"call",
     "value, ...value",
     run_call,
     "calls a function value (there are none)",
     Pure,
     Function::Special::Call},
    {"eq", "value, ...value", run_eq, "whether the first argument equals any of the others"},
    {"ge",
     "value, value",
     run_ge,
     "whether the first argument is greater than or equal to the second"},
    {"gt", "value, value", run_gt, "whether the first argument is greater than the second"},
    {"html",
     "...any",
     run_escape<append_html_escaped>,
     "the arguments printed and escaped for HTML"},
    {"index",
     "value, ...value",
     run_index,
     "the element of a list, map or string at each index in turn"},
    {"js",
     "...any",
     run_escape<append_js_escaped>,
     "the arguments printed and escaped for JavaScript"},
    {"le",
     "value, value",
     run_le,
     "whether the first argument is less than or equal to the second"},
    {"len", "value", run_len, "the length of a string, list or map"},
    {"lt", "value, value", run_lt, "whether the first argument is less than the second"},
    {"ne", "value, value", run_ne, "whether two arguments differ"},
    {"not", "value", run_not, "the negation of the argument's truth"},
    {"or",
     "value, ...value",
     nullptr,
     "the first true argument, or the last; stops there",
     Pure,
     Or},
    {"print",
     "...any",
     run_print,
     "the arguments as text, spaces between those that are no strings"},
    {"printf", "string, ...any", run_printf, "the arguments by a format"},
    {"println", "...any", run_println, "the arguments as text, with spaces and a newline"},
    {"slice", "value, ...value", run_slice, "the part of a string or list between two indexes"},
    {"urlquery",
     "...any",
     run_escape<append_query_escaped>,
     "the arguments printed and escaped for a URL"},
};

}  // namespace

std::span<const Function> builtin_functions() { return kBuiltins; }

}  // namespace ww::tmpl
