// SPDX-License-Identifier: BSD-3-Clause
#include "tmpl/assign.h"

#include <fmt/format.h>

namespace ww::tmpl {
namespace {

bool is_integer(Kind kind) { return kind >= Kind::Int && kind <= Kind::Uint64; }

Type underlying(Type type) {
    const Type other = type.info().underlying;
    return other == Type() ? type : other;
}

bool assignable(Type from, Type to) {
    if (from == to || to == types::kAny) return true;
    if (to == types::kError) return from == types::kErrorString;
    if (from.kind() != to.kind() || (from.info().named && to.info().named)) return false;
    return underlying(from) == underlying(to);
}

bool wrong_type(const Value& value, Type type, std::string& problem) {
    problem = fmt::format(
        "wrong type for value; expected {}; got {}", type.name(), static_type(value).name());
    return false;
}

}  // namespace

bool can_be_nil(Type type) {
    switch (type.kind()) {
        case Kind::Interface:
        case Kind::Map:
        case Kind::Pointer:
        case Kind::Slice:
            return true;
        default:
            return type == types::kRaw;
    }
}

Value nil_for(Type type) {
    if (type == types::kRaw) return {};
    return type.kind() == Kind::Interface ? Value::nil() : Value::nil_of(type);
}

Type static_type(const Value& value) { return value.boxed() ? types::kAny : value.type(); }

bool convert_argument(Value& value, Type type, std::string& problem) {
    if (value.type() == type && !value.boxed()) return true;
    if (!value.is_valid()) {
        if (can_be_nil(type)) {
            value = nil_for(type);
            return true;
        }
        problem = fmt::format("invalid value; expected {}", type.name());
        return false;
    }
    if (type == types::kRaw) return true;
    if (type == types::kAny) {
        if (value.boxed()) value = value.unboxed();
        return true;
    }
    if (value.kind() == Kind::Interface) return wrong_type(value, type, problem);
    if (value.boxed()) value = value.unboxed();
    if (assignable(value.type(), type)) {
        if (type.kind() != Kind::Interface) value = value.as_type(type);
        return true;
    }
    if (value.kind() == Kind::Pointer && assignable(value.type().element(), type)) {
        if (value.is_nil()) {
            problem = fmt::format("dereference of nil pointer of type {}", type.name());
            return false;
        }
        value = value.pointee();
        return true;
    }
    if (value.addressable() && value.kind() == Kind::Struct && type.kind() == Kind::Pointer &&
        type.element() == value.type()) {
        value = value.as_type(type);
        return true;
    }
    return wrong_type(value, type, problem);
}

bool convert_key(Value& value, Type type, std::string& problem) {
    if (!value.is_valid()) {
        if (can_be_nil(type)) {
            value = nil_for(type);
            return true;
        }
        problem = fmt::format("value is nil; should be of type {}", type.name());
        return false;
    }
    if (assignable(value.type(), type)) {
        if (type.kind() != Kind::Interface) value = value.as_type(type);
        return true;
    }
    if (is_integer(value.kind()) && is_integer(type.kind())) {
        value = Value::integer(type, wrap_integer(type, value.as_int()));
        return true;
    }
    problem = fmt::format("value has type {}; should be {}", value.type().name(), type.name());
    return false;
}

int64_t wrap_integer(Type type, int64_t value) {
    switch (type.kind()) {
        case Kind::Int8:
            return static_cast<int8_t>(value);
        case Kind::Int16:
            return static_cast<int16_t>(value);
        case Kind::Int32:
            return static_cast<int32_t>(value);
        case Kind::Uint8:
            return static_cast<uint8_t>(value);
        case Kind::Uint16:
            return static_cast<uint16_t>(value);
        case Kind::Uint32:
            return static_cast<uint32_t>(value);
        default:
            return value;
    }
}

}  // namespace ww::tmpl
