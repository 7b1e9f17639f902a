// SPDX-License-Identifier: BSD-3-Clause
#include "tmpl/funcs_sprig_values.h"

#include <limits>

#include "golib/strconv.h"
#include "tmpl/go_format.h"

namespace ww::tmpl::sprig {
namespace {

// Lists that hold each other a few times over print without end; no output may be that long.
constexpr size_t kMaxPrinted = size_t{64} << 20;

bool is_signed(Kind kind) { return kind >= Kind::Int && kind <= Kind::Int64; }
bool is_unsigned(Kind kind) { return kind >= Kind::Uint && kind <= Kind::Uint64; }

/// Compat: named number types are not numbers to cast, but for two types of package time.
bool is_castable(Type type) {
    return type.info().underlying == Type() || type == types::kMonth || type == types::kWeekday;
}

Value pointed_to(const Value& value) {
    return value.kind() == Kind::Pointer && !value.is_nil() ? value.pointee() : value;
}

/// "1.0" is "1", "1.50" is itself.
std::string_view without_zero_fraction(std::string_view text) {
    const size_t end = text.find_last_not_of('0');
    if (end == std::string_view::npos || text[end] != '.' || end + 1 == text.size()) return text;
    return text.substr(0, end);
}

}  // namespace

bool is_nil_any(const Value& value) {
    return value.kind() == Kind::Invalid || value.kind() == Kind::Interface;
}

bool is_empty(const Value& value) {
    const Kind kind = value.kind();
    if (is_signed(kind) || is_unsigned(kind)) return value.as_int() == 0;
    switch (kind) {
        case Kind::Bool:
            return !value.as_bool();
        case Kind::Float32:
        case Kind::Float64:
            return value.as_float() == 0;
        case Kind::Complex128:
            return value.as_float() == 0 && value.as_imaginary() == 0;
        case Kind::String:
            return value.text().empty();
        case Kind::Slice:
        case Kind::Map:
            return value.length() == 0;
        case Kind::Struct:
            return false;
        default:
            return value.is_nil();
    }
}

std::string text_of(const Value& value) {
    if (value.type() == types::kString || value.type() == types::kBytes)
        return std::string(value.text());
    return printed(value);
}

std::string printed(const Value& value) {
    std::string text;
    append_sprint(text, {&value, 1}, kMaxPrinted);
    return text;
}

bool fits(Call& call, const std::string& text) {
    constexpr size_t kTooMuch = std::numeric_limits<size_t>::max();
    return call.may_use(text.size() > kMaxPrinted ? kTooMuch : text.size());
}

Value made(Call& call, const std::string& text) {
    return fits(call, text) ? Value::string(text) : Value();
}

int64_t truncated(double number) {
    constexpr double kTwoTo63 = 9223372036854775808.0;
    if (!(number >= -kTwoTo63 && number < kTwoTo63)) return std::numeric_limits<int64_t>::min();
    return static_cast<int64_t>(number);
}

int64_t to_int64(const Value& given) {
    const Value value = pointed_to(given);
    if (!value.is_valid() || !is_castable(value.type())) return 0;
    const Kind kind = value.kind();
    if (kind == Kind::Bool || is_signed(kind) || is_unsigned(kind)) return value.as_int();
    if (kind == Kind::Float32 || kind == Kind::Float64) return truncated(value.as_float());
    if (kind != Kind::String) return 0;
    const auto parsed = golib::parse_integer(without_zero_fraction(value.text()), 0);
    return parsed && !parsed->out_of_range ? parsed->value : 0;
}

double to_float64(const Value& given) {
    const Value value = pointed_to(given);
    if (!value.is_valid() || !is_castable(value.type())) return 0;
    const Kind kind = value.kind();
    if (kind == Kind::Bool || is_signed(kind)) return static_cast<double>(value.as_int());
    if (is_unsigned(kind)) return static_cast<double>(value.as_uint());
    if (kind == Kind::Float32 || kind == Kind::Float64) return value.as_float();
    if (kind != Kind::String) return 0;
    const auto parsed = golib::parse_float(value.text());
    return parsed && !parsed->out_of_range ? parsed->value : 0;
}

Value element(const Value& list, size_t index) {
    Value value = list.at(index).as_boxed().unboxed();
    return value.is_valid() ? value : Value::nil();
}

std::vector<Value> elements(const Value& list) {
    std::vector<Value> all;
    const size_t size = list.length();
    all.reserve(size);
    for (size_t index = 0; index < size; ++index) all.push_back(element(list, index));
    return all;
}

Value strings_of(Call& call, const Value& value) {
    if (value.type() == types::kStrings || is_nil_any(value))
        return is_nil_any(value) ? Value::list(types::kStrings, {}) : value;
    if (value.kind() != Kind::Slice)
        return Value::list(types::kStrings, {made(call, text_of(value))});
    std::vector<Value> texts;
    for (const Value& item : elements(value)) {
        if (is_nil_any(item)) continue;
        if (item.type() == types::kString) {
            texts.push_back(item);
            continue;
        }
        const std::string text = text_of(item);
        if (!fits(call, text)) return {};
        texts.push_back(Value::string(text));
    }
    return Value::list(types::kStrings, std::move(texts));
}

Value fail_nil(Call& call) {
    return call.fail("runtime error: invalid memory address or nil pointer dereference");
}

}  // namespace ww::tmpl::sprig
