// SPDX-License-Identifier: BSD-3-Clause
//
// Takes Values apart for printing. printf.cc reads format strings.
#include "tmpl/go_format.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "base/quote.h"
#include "base/unicode.h"
#include "tmpl/formatter.h"

namespace ww::tmpl {
namespace {

// A list in a list in a list …: deeper ones print as nothing.
constexpr int kMaxDepth = 1000;

bool is_stringable(char32_t verb) {
    return verb == 'v' || verb == 's' || verb == 'x' || verb == 'X' || verb == 'q';
}

// What a type's Error or String method is called on: the type itself or, behind a pointer, its
// target.
std::string (*text_method(Type type))(const Value&) {
    const TypeInfo& info = type.info();
    if (info.text || info.kind != Kind::Pointer) return info.text;
    return info.element.info().text;
}

}  // namespace

// ---- Whole operands ----

void Formatter::operand(const Value& value, char32_t verb) {
    if (!value.is_valid() || value.kind() == Kind::Interface) {
        if (verb == 'T' || verb == 'v')
            format.pad(out, "<nil>");
        else
            bad_verb(Value(), verb);
        return;
    }
    if (verb == 'T') {
        format.text(out, value.type().name());
        return;
    }
    if (verb == 'p') {
        pointer(value, verb);
        return;
    }
    print(value, verb, 0, true);
}

void Formatter::print(const Value& value, char32_t verb, int depth, bool methods) {
    if (out.size() > max_size || depth > kMaxDepth) return;
    // %w is for Go's Errorf alone.
    if (verb == 'w' && !erroring_ && (depth > 0 || value.type() != types::kBytes)) {
        bad_verb(value, verb);
        return;
    }
    if (methods && by_method(value, verb)) return;
    switch (value.kind()) {
        case Kind::Invalid:
        case Kind::Interface:
            nil_element();
            return;
        case Kind::Bool:
            boolean(value, verb);
            return;
        case Kind::Int:
        case Kind::Int8:
        case Kind::Int16:
        case Kind::Int32:
        case Kind::Int64:
        case Kind::Uint:
        case Kind::Uint8:
        case Kind::Uint16:
        case Kind::Uint32:
        case Kind::Uint64:
            integer(value, verb);
            return;
        case Kind::Float32:
            floating(value, value.as_float(), 32, verb);
            return;
        case Kind::Float64:
            floating(value, value.as_float(), 64, verb);
            return;
        case Kind::Complex128:
            complex(value, verb);
            return;
        case Kind::String:
            text(value, value.text(), verb);
            return;
        case Kind::Slice:
            slice(value, verb, depth, methods);
            return;
        case Kind::Map:
            map(value, verb, depth, methods);
            return;
        case Kind::Struct:
            structure(value, verb, depth, methods);
            return;
        case Kind::Pointer:
            break;
    }
    const bool container = !value.is_nil() && value.type() != types::kErrorString &&
                           (value.type().element().kind() == Kind::Struct);
    if (depth == 0 && container) {
        out += '&';
        print(value.pointee(), verb, depth + 1, methods);
        return;
    }
    pointer(value, verb);
}

bool Formatter::by_method(const Value& value, char32_t verb) {
    if (erroring_ || value.type().index() < types::kTime.index()) return false;
    if (format.sharp_v) return by_go_string(value);
    if (!is_stringable(verb)) return false;
    std::string (*method)(const Value&) = text_method(value.type());
    if (!method) return false;
    if (value.kind() == Kind::Pointer && value.is_nil())
        out += "<nil>";
    else
        text(value, method(value), verb);
    return true;
}

// The one type here that has its own %#v.
bool Formatter::by_go_string(const Value& value) {
    if (value.type() != types::kTime) return false;
    const golib::Time time = value.as_time();
    const golib::CivilTime at = golib::civil(time);
    std::string zone = "time.UTC";
    if (time.zone && time.zone != golib::utc_zone()) {
        zone = "time.Local";
        if (time.zone != golib::local_zone()) {
            zone = "time.Location(";
            append_quoted(zone, golib::zone_name(time.zone));
            zone += ')';
        }
    }
    format.text(out,
                fmt::format("time.Date({}, time.{}, {}, {}, {}, {}, {}, {})",
                            at.year,
                            golib::month_name(at.month),
                            at.day,
                            at.hour,
                            at.minute,
                            at.second,
                            time.nanoseconds,
                            zone));
    return true;
}

void Formatter::nil_element() { out += format.sharp_v ? "interface {}(nil)" : "<nil>"; }

void Formatter::bad_verb(const Value& value, char32_t verb) {
    const bool before = std::exchange(erroring_, true);
    out += "%!";
    append_rune(out, verb);
    out += '(';
    if (value.is_valid()) {
        out += value.type().name();
        out += '=';
        print(value, 'v', 0, true);
    } else {
        out += "<nil>";
    }
    out += ')';
    erroring_ = before;
}

// ---- Scalars ----

void Formatter::boolean(const Value& value, char32_t verb) {
    if (verb == 't' || verb == 'v')
        format.boolean(out, value.as_bool());
    else
        bad_verb(value, verb);
}

void Formatter::hexadecimal(uint64_t bits, bool with_prefix) {
    golib::FieldFormat prefixed = format;
    prefixed.sharp = with_prefix;
    prefixed.integer(out, bits, false, 16, 'v');
}

void Formatter::integer(const Value& value, char32_t verb) {
    const bool is_signed = value.kind() <= Kind::Int64;
    const uint64_t bits = value.as_uint();
    switch (verb) {
        case 'v':
            if (format.sharp_v && !is_signed)
                hexadecimal(bits, true);
            else
                format.integer(out, bits, is_signed, 10, verb);
            return;
        case 'd':
            format.integer(out, bits, is_signed, 10, verb);
            return;
        case 'b':
            format.integer(out, bits, is_signed, 2, verb);
            return;
        case 'o':
        case 'O':
            format.integer(out, bits, is_signed, 8, verb);
            return;
        case 'x':
            format.integer(out, bits, is_signed, 16, verb);
            return;
        case 'X':
            format.integer(out, bits, is_signed, 16, verb, true);
            return;
        case 'c':
            format.character(out, bits);
            return;
        case 'q':
            format.quoted_character(out, bits);
            return;
        case 'U':
            format.unicode(out, bits);
            return;
        default:
            bad_verb(value, verb);
    }
}

void Formatter::floating(const Value& value, double number, int bits, char32_t verb) {
    switch (verb) {
        case 'v':
            format.floating(out, number, bits, 'g', -1);
            return;
        case 'b':
        case 'g':
        case 'G':
        case 'x':
        case 'X':
            format.floating(out, number, bits, static_cast<char>(verb), -1);
            return;
        case 'f':
        case 'e':
        case 'E':
            format.floating(out, number, bits, static_cast<char>(verb), 6);
            return;
        case 'F':
            format.floating(out, number, bits, 'f', 6);
            return;
        default:
            bad_verb(value, verb);
    }
}

void Formatter::complex(const Value& value, char32_t verb) {
    if (verb > 0x7F ||
        std::string_view("vbgGxXfFeE").find(static_cast<char>(verb)) == std::string_view::npos) {
        bad_verb(value, verb);
        return;
    }
    out += '(';
    floating(value, value.as_float(), 64, verb);
    const bool plus = std::exchange(format.plus, true);
    floating(value, value.as_imaginary(), 64, verb);
    format.plus = plus;
    out += "i)";
}

void Formatter::text(const Value& value, std::string_view from, char32_t verb) {
    switch (verb) {
        case 'v':
            if (format.sharp_v)
                format.quoted(out, from);
            else
                format.text(out, from);
            return;
        case 's':
            format.text(out, from);
            return;
        case 'x':
            format.hex(out, from, false);
            return;
        case 'X':
            format.hex(out, from, true);
            return;
        case 'q':
            format.quoted(out, from);
            return;
        default:
            bad_verb(value, verb);
    }
}

void Formatter::pointer(const Value& value, char32_t verb) {
    if (value.kind() != Kind::Pointer && value.kind() != Kind::Map && value.kind() != Kind::Slice) {
        bad_verb(value, verb);
        return;
    }
    const uint64_t address = value.is_nil() ? 0 : reinterpret_cast<uint64_t>(value.address());
    switch (verb) {
        case 'v':
            if (format.sharp_v) {
                out += '(';
                out += value.type().name();
                out += ")(";
                if (address == 0)
                    out += "nil";
                else
                    hexadecimal(address, true);
                out += ')';
            } else if (address == 0) {
                format.pad(out, "<nil>");
            } else {
                hexadecimal(address, !format.sharp);
            }
            return;
        case 'p':
            hexadecimal(address, !format.sharp);
            return;
        case 'b':
        case 'o':
        case 'd':
        case 'x':
        case 'X':
            integer(Value::unsigned_integer(types::kUint64, address), verb);
            return;
        default:
            bad_verb(value, verb);
    }
}

// ---- Containers ----

void Formatter::open(const Value& value, std::string_view plain) {
    if (!format.sharp_v) {
        out += plain;
        return;
    }
    out += value.type().name();
    out += '{';
}

void Formatter::separate(bool first) {
    if (!first) out += format.sharp_v ? ", " : " ";
}

void Formatter::close(char plain) { out += format.sharp_v ? '}' : plain; }

bool Formatter::nil_container(const Value& value) {
    if (!format.sharp_v || !value.is_nil()) return false;
    out += value.type().name();
    out += "(nil)";
    return true;
}

void Formatter::bytes(const Value& value, char32_t verb, int depth) {
    // An operand of type []uint8 goes by its other name.
    if (format.sharp_v && depth == 0 && value.type() == types::kBytes) {
        out += value.is_nil() ? "[]byte(nil)" : "[]byte{";
        if (value.is_nil()) return;
    } else {
        if (nil_container(value)) return;
        open(value, "[");
    }
    bool first = true;
    for (const char byte : value.text()) {
        separate(std::exchange(first, false));
        const auto bits = static_cast<unsigned char>(byte);
        if (format.sharp_v)
            hexadecimal(bits, true);
        else
            integer(Value::unsigned_integer(types::kUint8, bits), verb);
    }
    close(']');
}

void Formatter::slice(const Value& value, char32_t verb, int depth, bool methods) {
    if (value.is_bytes()) {
        if (verb == 's' || verb == 'q' || verb == 'x' || verb == 'X')
            text(value, value.text(), verb);
        else
            bytes(value, verb, depth);
        return;
    }
    if (nil_container(value)) return;
    open(value, "[");
    const size_t size = value.length();
    for (size_t i = 0; i < size && out.size() <= max_size; ++i) {
        separate(i == 0);
        print(value.at(i), verb, depth + 1, methods);
    }
    close(']');
}

void Formatter::map(const Value& value, char32_t verb, int depth, bool methods) {
    if (nil_container(value)) return;
    open(value, "map[");
    bool first = true;
    for (const Entry& entry : value.entries()) {
        if (out.size() > max_size) break;
        separate(std::exchange(first, false));
        print(entry.key, verb, depth + 1, methods);
        out += ':';
        print(entry.element, verb, depth + 1, methods);
    }
    close(']');
}

void Formatter::field_name(std::string_view name, bool first) {
    separate(first);
    if (!format.plus_v && !format.sharp_v) return;
    out += name;
    out += ':';
}

void Formatter::structure(const Value& value, char32_t verb, int depth, bool methods) {
    open(value, "{");
    if (value.type() == types::kTime) {
        time_fields(value.as_time(), verb, depth);
    } else {
        const auto& fields = value.type().info().fields;
        bool first = true;
        for (size_t i = 0; i < fields.size(); ++i) {
            const Field::Access access = fields[i].access;
            if (access == Field::Access::Promoted) continue;
            field_name(fields[i].name, std::exchange(first, false));
            print(value.field(i), verb, depth + 1, methods && access == Field::Access::Exported);
        }
    }
    close('}');
}

// time.Time where its String method does not apply, as under %d: Go's three private fields.
void Formatter::time_fields(const golib::Time& time, char32_t verb, int depth) {
    field_name("wall", true);
    print(Value::unsigned_integer(types::kUint64, time.nanoseconds), verb, depth + 1, false);
    field_name("ext", false);
    print(Value::integer(types::kInt64, time.seconds - golib::kZeroTimeSeconds),
          verb,
          depth + 1,
          false);
    field_name("loc", false);
    static const Type kLocation =
        Type::pointer_to(Type::define({.kind = Kind::Struct, .name = "time.Location"}));
    const bool utc = !time.zone || time.zone == golib::utc_zone();
    print(Value::struct_view(kLocation, utc ? nullptr : static_cast<const void*>(time.zone)),
          verb,
          depth + 1,
          false);
}

// ---- The public face ----

void append_value(std::string& out, const Value& value, size_t max_size) {
    switch (value.kind()) {
        case Kind::String:
            if (value.type() != types::kString) break;
            out += value.text();
            return;
        case Kind::Int:
        case Kind::Int64: {
            if (value.type() != types::kInt && value.type() != types::kInt64) break;
            std::array<char, 24> buffer;
            const auto end =
                std::to_chars(buffer.data(), buffer.data() + buffer.size(), value.as_int());
            out.append(buffer.data(), end.ptr);
            return;
        }
        default:
            break;
    }
    Formatter{out, max_size}.operand(value, 'v');
}

std::string to_text(const Value& value) {
    std::string out;
    append_value(out, value);
    return out;
}

}  // namespace ww::tmpl
