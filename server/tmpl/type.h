// SPDX-License-Identifier: BSD-3-Clause
//
// Type: the Go type of a value, as far as templates can see it. Go's template language is
// reflective (an int64 is not an int, a map[string]string is not a map[string]interface {}), so
// every value carries one of these. A Type is a two-byte handle; what it names lives for the whole
// program.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "tmpl/symbol.h"

namespace ww::tmpl {

class Call;
class StructView;
class Value;
struct TypeInfo;

inline constexpr size_t kMaxTypes = 2048;  // as many as eleven bits count
/// By Type::index(). Read without a lock: an entry never changes once it is there.
extern std::array<std::atomic<const TypeInfo*>, kMaxTypes> type_infos;

enum class Kind : uint8_t {
    Invalid,
    Bool,
    Int,
    Int8,
    Int16,
    Int32,
    Int64,
    Uint,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
    Float32,
    Float64,
    Complex128,
    String,
    Interface,
    Slice,
    Map,
    Pointer,
    Struct,
};

class Type {
   public:
    constexpr Type() = default;  // the type of no value
    constexpr Type(Kind kind, unsigned index)
        : bits_(static_cast<uint16_t>(index << 5 | static_cast<unsigned>(kind))) {}

    constexpr Kind kind() const { return static_cast<Kind>(bits_ & 31); }
    constexpr unsigned index() const { return bits_ >> 5; }
    constexpr bool operator==(const Type&) const = default;

    const TypeInfo& info() const {
        const TypeInfo* found = type_infos[index()].load(std::memory_order_acquire);
        return found ? *found : first_info();
    }
    /// As Go prints it: "map[string]interface {}", "*node.NetDev", "[]uint8".
    std::string_view name() const;
    /// "slice", "ptr", "map", ... as reflect.Kind prints it.
    std::string_view kind_name() const;
    Type element() const;  // of a slice, map or pointer
    Type key() const;      // of a map

    /// The same arguments give the same Type. Any thread.
    static Type slice_of(Type element);
    static Type pointer_to(Type element);
    static Type map_of(Type key, Type element);
    /// Reads Go's spelling, `any` included; types made by define() are found by their name.
    /// The invalid Type if there is none.
    static Type parse(std::string_view spelling);
    /// Makes a named type. Once per name, before the first template that meets it is parsed.
    static Type define(TypeInfo info);

   private:
    const TypeInfo& first_info() const;  // before anything was defined

    uint16_t bits_ = 0;
};

/// A struct field. Unexported ones are printed but cannot be reached from a template; promoted ones
/// (of an embedded struct) can be reached but are not printed.
struct Field {
    enum class Access : uint8_t { Exported, Unexported, Promoted };

    std::string_view name;
    Type type;
    Value (*get)(const void* self);
    std::string_view json;  // content of the json tag: "onbot,omitempty"; empty: the field's name
    Access access = Access::Exported;
};

/// A method. `run` sees the receiver as Call::self(). The parameters are those of function.h.
struct Method {
    enum class Receiver : uint8_t { Value, Pointer };

    std::string_view name;
    std::string_view parameters;
    Value (*run)(Call& call);
    Receiver receiver = Receiver::Value;  // Pointer: only on pointers and addressable values
    std::string_view result = {};  // Go type, for those who analyse templates; empty: nobody asks
};

struct TypeInfo {
    Kind kind = Kind::Invalid;
    std::string name;
    Type element;
    Type key;
    Type underlying;  // of a named type that is not a struct; else invalid
    std::vector<Field> fields;
    std::vector<Method> methods;
    /// What the type's Error or String method returns, for printing; null if it has neither.
    std::string (*text)(const Value& value) = nullptr;

    /// Position in `fields` or `methods`, or -1.
    int find_field(Symbol symbol) const { return field_index.find(symbol); }
    int find_method(Symbol symbol) const { return method_index.find(symbol); }

    // Filled in by define().
    bool named = false;
    SymbolIndex field_index;
    SymbolIndex method_index;
};

inline Type Type::element() const { return info().element; }
inline Type Type::key() const { return info().key; }

namespace types {

// The index is a row of the table in type.cc.
inline constexpr Type kBool{Kind::Bool, 1}, kInt{Kind::Int, 2}, kInt8{Kind::Int8, 3},
    kInt16{Kind::Int16, 4}, kInt32{Kind::Int32, 5}, kInt64{Kind::Int64, 6}, kUint{Kind::Uint, 7},
    kUint8{Kind::Uint8, 8}, kUint16{Kind::Uint16, 9}, kUint32{Kind::Uint32, 10},
    kUint64{Kind::Uint64, 11}, kFloat32{Kind::Float32, 12}, kFloat64{Kind::Float64, 13},
    kComplex128{Kind::Complex128, 14}, kString{Kind::String, 15},
    kAny{Kind::Interface, 16},    // interface {}
    kError{Kind::Interface, 17},  // error
    kBytes{Kind::Slice, 18},      // []uint8
    kStrings{Kind::Slice, 19},    // []string
    kInts{Kind::Slice, 20},       // []int
    kAnys{Kind::Slice, 21},       // []interface {}
    kAnyLists{Kind::Slice, 22},   // [][]interface {}
    kMapStringString{Kind::Map, 23}, kMapStringAny{Kind::Map, 24}, kMapAnyAny{Kind::Map, 25},
    kBoolPointer{Kind::Pointer, 26}, kIntPointer{Kind::Pointer, 27},
    kStringPointer{Kind::Pointer, 28}, kTime{Kind::Struct, 29},  // time.Time
    kDuration{Kind::Int64, 30},                                  // time.Duration
    kMonth{Kind::Int, 31},                                       // time.Month
    kWeekday{Kind::Int, 32},                                     // time.Weekday
    kIp{Kind::Slice, 33},                                        // net.IP
    kIpMask{Kind::Slice, 34},                                    // net.IPMask
    kErrorString{Kind::Pointer, 35},  // *errors.errorString: an error as a value
    kRaw{Kind::Struct, 36};           // parameter only: reflect.Value, takes anything as it is

}  // namespace types

}  // namespace ww::tmpl
