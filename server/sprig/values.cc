// SPDX-License-Identifier: BSD-3-Clause
#include "sprig/values.h"

#include <limits>

#include "golib/strconv.h"
#include "tmpl/go_format.h"

namespace ww::sprig {
namespace {

// Lists that hold each other a few times over print without end; no output may be that long.
constexpr size_t kMaxPrinted = size_t{64} << 20;

bool is_signed(tmpl::Kind kind) { return kind >= tmpl::Kind::Int && kind <= tmpl::Kind::Int64; }
bool is_unsigned(tmpl::Kind kind) { return kind >= tmpl::Kind::Uint && kind <= tmpl::Kind::Uint64; }

/// Compat: named number types are not numbers to cast, but for two types of package time.
bool is_castable(tmpl::Type type) {
    return type.info().underlying == tmpl::Type() || type == tmpl::types::kMonth ||
           type == tmpl::types::kWeekday;
}

tmpl::Value pointed_to(const tmpl::Value& value) {
    return value.kind() == tmpl::Kind::Pointer && !value.is_nil() ? value.pointee() : value;
}

/// "1.0" is "1", "1.50" is itself.
std::string_view without_zero_fraction(std::string_view text) {
    const size_t end = text.find_last_not_of('0');
    if (end == std::string_view::npos || text[end] != '.' || end + 1 == text.size()) return text;
    return text.substr(0, end);
}

}  // namespace

bool is_nil_any(const tmpl::Value& value) {
    return value.kind() == tmpl::Kind::Invalid || value.kind() == tmpl::Kind::Interface;
}

bool is_empty(const tmpl::Value& value) {
    const tmpl::Kind kind = value.kind();
    if (is_signed(kind) || is_unsigned(kind)) return value.as_int() == 0;
    switch (kind) {
        case tmpl::Kind::Bool:
            return !value.as_bool();
        case tmpl::Kind::Float32:
        case tmpl::Kind::Float64:
            return value.as_float() == 0;
        case tmpl::Kind::Complex128:
            return value.as_float() == 0 && value.as_imaginary() == 0;
        case tmpl::Kind::String:
            return value.text().empty();
        case tmpl::Kind::Slice:
        case tmpl::Kind::Map:
            return value.length() == 0;
        case tmpl::Kind::Struct:
            return false;
        default:
            return value.is_nil();
    }
}

std::string text_of(const tmpl::Value& value) {
    if (value.type() == tmpl::types::kString || value.type() == tmpl::types::kBytes)
        return std::string(value.text());
    return printed(value);
}

std::string printed(const tmpl::Value& value) {
    std::string text;
    tmpl::append_sprint(text, {&value, 1}, kMaxPrinted);
    return text;
}

bool fits(tmpl::Call& call, const std::string& text) {
    constexpr size_t kTooMuch = std::numeric_limits<size_t>::max();
    return call.may_use(text.size() > kMaxPrinted ? kTooMuch : text.size());
}

tmpl::Value made(tmpl::Call& call, const std::string& text) {
    return fits(call, text) ? tmpl::Value::string(text) : tmpl::Value();
}

int64_t truncated(double number) {
    constexpr double kTwoTo63 = 9223372036854775808.0;
    if (!(number >= -kTwoTo63 && number < kTwoTo63)) return std::numeric_limits<int64_t>::min();
    return static_cast<int64_t>(number);
}

int64_t to_int64(const tmpl::Value& given) {
    const tmpl::Value value = pointed_to(given);
    if (!value.is_valid() || !is_castable(value.type())) return 0;
    const tmpl::Kind kind = value.kind();
    if (kind == tmpl::Kind::Bool || is_signed(kind) || is_unsigned(kind)) return value.as_int();
    if (kind == tmpl::Kind::Float32 || kind == tmpl::Kind::Float64)
        return truncated(value.as_float());
    if (kind != tmpl::Kind::String) return 0;
    const auto parsed = golib::parse_integer(without_zero_fraction(value.text()), 0);
    return parsed && !parsed->out_of_range ? parsed->value : 0;
}

double to_float64(const tmpl::Value& given) {
    const tmpl::Value value = pointed_to(given);
    if (!value.is_valid() || !is_castable(value.type())) return 0;
    const tmpl::Kind kind = value.kind();
    if (kind == tmpl::Kind::Bool || is_signed(kind)) return static_cast<double>(value.as_int());
    if (is_unsigned(kind)) return static_cast<double>(value.as_uint());
    if (kind == tmpl::Kind::Float32 || kind == tmpl::Kind::Float64) return value.as_float();
    if (kind != tmpl::Kind::String) return 0;
    const auto parsed = golib::parse_float(value.text());
    return parsed && !parsed->out_of_range ? parsed->value : 0;
}

tmpl::Value element(const tmpl::Value& list, size_t index) {
    tmpl::Value value = list.at(index).as_boxed().unboxed();
    return value.is_valid() ? value : tmpl::Value::nil();
}

std::vector<tmpl::Value> elements(const tmpl::Value& list) {
    std::vector<tmpl::Value> all;
    const size_t size = list.length();
    all.reserve(size);
    for (size_t index = 0; index < size; ++index) all.push_back(element(list, index));
    return all;
}

tmpl::Value strings_of(tmpl::Call& call, const tmpl::Value& value) {
    if (value.type() == tmpl::types::kStrings || is_nil_any(value))
        return is_nil_any(value) ? tmpl::Value::list(tmpl::types::kStrings, {}) : value;
    if (value.kind() != tmpl::Kind::Slice)
        return tmpl::Value::list(tmpl::types::kStrings, {made(call, text_of(value))});
    std::vector<tmpl::Value> texts;
    for (const tmpl::Value& item : elements(value)) {
        if (is_nil_any(item)) continue;
        if (item.type() == tmpl::types::kString) {
            texts.push_back(item);
            continue;
        }
        const std::string text = text_of(item);
        if (!fits(call, text)) return {};
        texts.push_back(tmpl::Value::string(text));
    }
    return tmpl::Value::list(tmpl::types::kStrings, std::move(texts));
}

tmpl::Value fail_nil(tmpl::Call& call) {
    return call.fail("runtime error: invalid memory address or nil pointer dereference");
}

}  // namespace ww::sprig
