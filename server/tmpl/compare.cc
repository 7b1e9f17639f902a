// SPDX-License-Identifier: BSD-3-Clause
#include "tmpl/compare.h"

#include <fmt/format.h>

#include "tmpl/go_format.h"

namespace ww::tmpl {
namespace {

// Deeper than any data; only a list that contains itself gets here.
constexpr int kMaxDepth = 1000;

enum class Basic : uint8_t { None, Bool, Complex, Int, Float, String, Uint };

Basic basic(const Value& value) {
    switch (value.kind()) {
        case Kind::Bool:
            return Basic::Bool;
        case Kind::Int:
        case Kind::Int8:
        case Kind::Int16:
        case Kind::Int32:
        case Kind::Int64:
            return Basic::Int;
        case Kind::Uint:
        case Kind::Uint8:
        case Kind::Uint16:
        case Kind::Uint32:
        case Kind::Uint64:
            return Basic::Uint;
        case Kind::Float32:
        case Kind::Float64:
            return Basic::Float;
        case Kind::Complex128:
            return Basic::Complex;
        case Kind::String:
            return Basic::String;
        default:
            return Basic::None;
    }
}

bool comparable(Type type) {
    if (type.kind() == Kind::Slice || type.kind() == Kind::Map) return false;
    if (type.kind() != Kind::Struct) return true;
    for (const Field& field : type.info().fields)
        if (field.access != Field::Access::Promoted && !comparable(field.type)) return false;
    return true;
}

bool equal_basic(Basic kind, const Value& a, const Value& b) {
    switch (kind) {
        case Basic::Float:
            return a.as_float() == b.as_float();
        case Basic::Complex:
            return a.as_float() == b.as_float() && a.as_imaginary() == b.as_imaginary();
        case Basic::String:
            return a.text() == b.text();
        default:
            return a.as_int() == b.as_int();
    }
}

std::string as_string_verb(const Value& value) {
    std::string out;
    append_sprintf(out, "%s", {&value, 1});
    return out;
}

// Two values without a basic kind: pointers, structs, lists, maps, nothing.
bool equal_other(const Value& a, const Value& b, std::string& problem) {
    if (a.kind() != b.kind() && a.is_valid() && b.is_valid()) {
        problem = fmt::format("non-comparable types {}: {}, {}: {}",
                              as_string_verb(a),
                              a.type().name(),
                              b.type().name(),
                              to_text(b));
        return false;
    }
    if (a.is_nil() || b.is_nil()) return a.is_nil() == b.is_nil();
    if (!comparable(b.type())) {
        problem = fmt::format("non-comparable type {}: {}", as_string_verb(b), b.type().name());
        return false;
    }
    if (a.type() != b.type()) return false;
    return a.kind() == Kind::Pointer ? a.address() == b.address() : deep_equal(a, b);
}

std::string incompatible(const Value& a, const Value& b) {
    return fmt::format(
        "incompatible types for comparison: {} and {}", a.type().name(), b.type().name());
}

bool deep_equal_at(const Value& a, const Value& b, int depth);

bool equal_slices(const Value& a, const Value& b, int depth) {
    if (a.is_nil() != b.is_nil()) return false;
    if (a.is_bytes()) return a.text() == b.text();
    const size_t size = a.length();
    if (size != b.length()) return false;
    if (a.address() == b.address()) return true;
    for (size_t i = 0; i < size; ++i)
        if (!deep_equal_at(a.at(i), b.at(i), depth)) return false;
    return true;
}

bool equal_maps(const Value& a, const Value& b, int depth) {
    if (a.is_nil() != b.is_nil() || a.length() != b.length()) return false;
    if (a.address() == b.address()) return true;
    for (const Entry& entry : a.entries()) {
        const Value other = b.find(entry.key);
        if (!other.is_valid() || !deep_equal_at(entry.element, other, depth)) return false;
    }
    return true;
}

bool equal_structs(const Value& a, const Value& b, int depth) {
    if (a.type() == types::kTime) {
        const golib::Time left = a.as_time(), right = b.as_time();
        return left.seconds == right.seconds && left.nanoseconds == right.nanoseconds &&
               left.zone == right.zone;
    }
    if (a.address() == b.address()) return true;
    const auto& fields = a.type().info().fields;
    for (size_t i = 0; i < fields.size(); ++i) {
        if (fields[i].access == Field::Access::Promoted) continue;
        if (!deep_equal_at(a.field(i), b.field(i), depth)) return false;
    }
    return true;
}

bool equal_pointers(const Value& a, const Value& b, int depth) {
    if (a.is_nil() || b.is_nil()) return a.is_nil() == b.is_nil();
    if (a.type() == types::kErrorString) return a.text() == b.text();
    return a.address() == b.address() || deep_equal_at(a.pointee(), b.pointee(), depth);
}

bool deep_equal_at(const Value& a, const Value& b, int depth) {
    if (depth > kMaxDepth) return false;
    if (a.kind() == Kind::Interface || b.kind() == Kind::Interface || !a.is_valid() ||
        !b.is_valid())
        return a.is_nil() && b.is_nil() && a.kind() <= Kind::Interface &&
               a.type().kind() == b.type().kind();
    if (a.type() != b.type()) return false;
    switch (a.kind()) {
        case Kind::Slice:
            return equal_slices(a, b, depth + 1);
        case Kind::Map:
            return equal_maps(a, b, depth + 1);
        case Kind::Struct:
            return equal_structs(a, b, depth + 1);
        case Kind::Pointer:
            return equal_pointers(a, b, depth + 1);
        default:
            return equal_basic(basic(a), a, b);
    }
}

}  // namespace

bool truth(const Value& value) {
    switch (value.kind()) {
        case Kind::Invalid:
        case Kind::Interface:
            return false;
        case Kind::Float32:
        case Kind::Float64:
            return value.as_float() != 0;
        case Kind::Complex128:
            return value.as_float() != 0 || value.as_imaginary() != 0;
        case Kind::String:
            return !value.text().empty();
        case Kind::Slice:
        case Kind::Map:
            return value.length() > 0;
        case Kind::Pointer:
            return !value.is_nil();
        case Kind::Struct:
            return true;
        default:
            return value.as_int() != 0;
    }
}

bool deep_equal(const Value& a, const Value& b) { return deep_equal_at(a, b, 0); }

bool template_equal(const Value& a, const Value& b, std::string& problem) {
    const Basic left = basic(a), right = basic(b);
    if (left == right)
        return left == Basic::None ? equal_other(a, b, problem) : equal_basic(left, a, b);
    // Integers compare whatever their sign.
    if (left == Basic::Int && right == Basic::Uint)
        return a.as_int() >= 0 && a.as_uint() == b.as_uint();
    if (left == Basic::Uint && right == Basic::Int)
        return b.as_int() >= 0 && a.as_uint() == b.as_uint();
    if (a.kind() != Kind::Invalid && b.kind() != Kind::Invalid) problem = incompatible(a, b);
    return false;
}

bool template_less(const Value& a, const Value& b, std::string& problem) {
    constexpr const char* kInvalid = "invalid type for comparison";
    const Basic left = basic(a), right = basic(b);
    if (left == Basic::None || right == Basic::None) {
        problem = kInvalid;
        return false;
    }
    if (left == Basic::Int && right == Basic::Uint)
        return a.as_int() < 0 || a.as_uint() < b.as_uint();
    if (left == Basic::Uint && right == Basic::Int)
        return b.as_int() >= 0 && a.as_uint() < b.as_uint();
    if (left != right) {
        problem = incompatible(a, b);
        return false;
    }
    switch (left) {
        case Basic::Float:
            return a.as_float() < b.as_float();
        case Basic::Int:
            return a.as_int() < b.as_int();
        case Basic::Uint:
            return a.as_uint() < b.as_uint();
        case Basic::String:
            return a.text() < b.text();
        default:
            problem = kInvalid;
            return false;
    }
}

}  // namespace ww::tmpl
