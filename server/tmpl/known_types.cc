// SPDX-License-Identifier: BSD-3-Clause
#include "tmpl/known_types.h"

#include "base/net.h"
#include "golib/time.h"
#include "tmpl/value.h"

namespace ww::tmpl {
namespace {

std::string time_text(const Value& value) { return golib::to_string(value.as_time()); }
std::string duration_text(const Value& value) { return golib::duration_to_string(value.as_int()); }
std::string error_text(const Value& value) { return std::string(value.text()); }

// A value outside the names' range prints as Go's stringer does.
std::string month_text(const Value& value) {
    const int64_t month = value.as_int();
    if (month >= 1 && month <= 12) return std::string(golib::month_name(static_cast<int>(month)));
    return "%!Month(" + std::to_string(month) + ")";
}

std::string weekday_text(const Value& value) {
    const int64_t day = value.as_int();
    if (day >= 0 && day <= 6) return std::string(golib::weekday_name(static_cast<int>(day)));
    return "%!Weekday(" + std::to_string(day) + ")";
}

std::string hex(std::string_view bytes) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (const char byte : bytes) {
        text += kDigits[static_cast<unsigned char>(byte) >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

std::string ip_text(const Value& value) {
    if (value.length() == 0) return "<nil>";
    const auto address = IpAddress::from_bytes(value.text());
    return address ? address->to_string() : "?" + hex(value.text());
}

std::string mask_text(const Value& value) {
    return value.length() == 0 ? "<nil>" : hex(value.text());
}

TypeInfo basic(Kind kind, std::string name) {
    return {.kind = kind, .name = std::move(name), .named = true};
}

TypeInfo slice(std::string name, Type element) {
    return {.kind = Kind::Slice, .name = std::move(name), .element = element};
}

TypeInfo map(std::string name, Type key, Type element) {
    return {.kind = Kind::Map, .name = std::move(name), .element = element, .key = key};
}

TypeInfo pointer(std::string name, Type element) {
    return {.kind = Kind::Pointer, .name = std::move(name), .element = element};
}

TypeInfo bytes(std::string name, std::vector<Method> methods, std::string (*text)(const Value&)) {
    return {.kind = Kind::Slice,
            .name = std::move(name),
            .element = types::kUint8,
            .underlying = types::kBytes,
            .methods = std::move(methods),
            .text = text,
            .named = true};
}

TypeInfo number(Kind kind,
                std::string name,
                Type underlying,
                std::vector<Method> methods,
                std::string (*text)(const Value&)) {
    return {.kind = kind,
            .name = std::move(name),
            .underlying = underlying,
            .methods = std::move(methods),
            .text = text,
            .named = true};
}

TypeInfo time_struct() {
    return {.kind = Kind::Struct,
            .name = "time.Time",
            .methods = time_methods(),
            .text = time_text,
            .named = true};
}

TypeInfo error_pointer() {
    return {.kind = Kind::Pointer, .name = "*errors.errorString", .text = error_text};
}

}  // namespace

std::vector<std::pair<Type, TypeInfo>> known_types() {
    using namespace types;
    return {
        {Type(), basic(Kind::Invalid, "<nil>")},
        {kBool, basic(Kind::Bool, "bool")},
        {kInt, basic(Kind::Int, "int")},
        {kInt8, basic(Kind::Int8, "int8")},
        {kInt16, basic(Kind::Int16, "int16")},
        {kInt32, basic(Kind::Int32, "int32")},
        {kInt64, basic(Kind::Int64, "int64")},
        {kUint, basic(Kind::Uint, "uint")},
        {kUint8, basic(Kind::Uint8, "uint8")},
        {kUint16, basic(Kind::Uint16, "uint16")},
        {kUint32, basic(Kind::Uint32, "uint32")},
        {kUint64, basic(Kind::Uint64, "uint64")},
        {kFloat32, basic(Kind::Float32, "float32")},
        {kFloat64, basic(Kind::Float64, "float64")},
        {kComplex128, basic(Kind::Complex128, "complex128")},
        {kString, basic(Kind::String, "string")},
        {kAny, {.kind = Kind::Interface, .name = "interface {}"}},
        {kError, basic(Kind::Interface, "error")},
        {kBytes, slice("[]uint8", kUint8)},
        {kStrings, slice("[]string", kString)},
        {kInts, slice("[]int", kInt)},
        {kAnys, slice("[]interface {}", kAny)},
        {kAnyLists, slice("[][]interface {}", kAnys)},
        {kMapStringString, map("map[string]string", kString, kString)},
        {kMapStringAny, map("map[string]interface {}", kString, kAny)},
        {kMapAnyAny, map("map[interface {}]interface {}", kAny, kAny)},
        {kBoolPointer, pointer("*bool", kBool)},
        {kIntPointer, pointer("*int", kInt)},
        {kStringPointer, pointer("*string", kString)},
        {kTime, time_struct()},
        {kDuration,
         number(Kind::Int64, "time.Duration", kInt64, duration_methods(), duration_text)},
        {kMonth, number(Kind::Int, "time.Month", kInt, month_methods(), month_text)},
        {kWeekday, number(Kind::Int, "time.Weekday", kInt, weekday_methods(), weekday_text)},
        {kIp, bytes("net.IP", ip_methods(), ip_text)},
        {kIpMask, bytes("net.IPMask", ip_mask_methods(), mask_text)},
        {kErrorString, error_pointer()},
        {kRaw, basic(Kind::Struct, "reflect.Value")},
    };
}

}  // namespace ww::tmpl
