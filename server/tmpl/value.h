// SPDX-License-Identifier: BSD-3-Clause
//
// Value: what a template computes with. 24 bytes: a Go type, and either a scalar, a view of data
// that outlives the run (the caller's, or the template's own text), or a share of an Object made by
// the run. It deliberately knows nothing of printing, comparing or assigning; see go_format.h,
// compare.h, assign.h.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "golib/time.h"
#include "tmpl/object.h"
#include "tmpl/type.h"

namespace ww::tmpl {

class Dict;
class ListView;
class MapView;
class Value;
struct Entry;
using Entries = std::vector<Entry>;

class Value {
   public:
    /// No value at all: a missing map key, a nil dot.
    Value() = default;
    Value(const Value& other) noexcept;
    Value(Value&& other) noexcept;
    Value& operator=(const Value& other) noexcept;
    Value& operator=(Value&& other) noexcept;
    ~Value();

    // ---- Scalars ----
    static Value nil();              // a nil interface {}
    static Value nil_of(Type type);  // a nil pointer, slice or map
    static Value boolean(bool value);
    static Value integer(int64_t value);             // int
    static Value integer(Type type, int64_t value);  // of any signed kind
    static Value unsigned_integer(Type type, uint64_t value);
    static Value floating(double value);  // float64
    static Value floating(Type type, double value);
    static Value complex(double real, double imaginary);
    static Value time(const golib::Time& value);
    static Value duration(int64_t nanoseconds);

    // ---- Text and bytes: `type` is a string or a byte slice kind ----
    /// A view: `text` must outlive the run.
    static Value text(std::string_view text, Type type = types::kString);
    /// A copy.
    static Value string(std::string_view text, Type type = types::kString);
    /// A part of `whole`'s text, sharing its memory.
    static Value part(const Value& whole, std::string_view part);
    static Value error(std::string_view message);  // an error as a value

    // ---- Containers ----
    static Value list(Type type, std::vector<Value> elements);
    static Value dict(const Ref<Dict>& dict);
    /// Of the same list, sharing its elements; `begin <= end <= capacity()`.
    static Value sublist(const Value& list, size_t begin, size_t end);

    // ---- Views of the caller's data (view.h) ----
    static Value list_view(Type type, const ListView* view, const void* self);
    static Value map_view(Type type, const MapView* view, const void* self);
    /// `type` is a struct or a pointer to one. A pointer may be null.
    static Value struct_view(Type type, const void* self, const StructView* view = nullptr);
    /// A struct that an Object owns (or a pointer to it).
    static Value struct_of(Type type, const Ref<Object>& owner, const void* self);
    static Value pointer(const bool* value);         // *bool; may be null
    static Value pointer(const int64_t* value);      // *int
    static Value pointer(const std::string* value);  // *string

    // ---- What it is ----
    Type type() const { return type_; }
    Kind kind() const { return type_.kind(); }
    bool is_valid() const { return kind() != Kind::Invalid; }
    /// No value, a nil interface, or a nil pointer, slice or map.
    bool is_nil() const;
    /// Read out of an interface-typed place (an element of []interface {}): its static type is
    /// that.
    bool boxed() const { return flags_ & kBoxed; }
    bool addressable() const { return flags_ & kAddressable; }
    Value as_boxed() const;
    Value as_type(Type type) const;  // of the same underlying type
    Value as_addressable() const;
    /// What the interface holds: a nil interface gives the invalid Value.
    Value unboxed() const;
    void unbox();

    // ---- What it holds: each asks for the kind it names ----
    bool as_bool() const { return integer_ != 0; }
    int64_t as_int() const { return integer_; }
    uint64_t as_uint() const { return static_cast<uint64_t>(integer_); }
    double as_float() const { return real_; }
    double as_imaginary() const { return imaginary_; }
    /// A string's or a byte slice's bytes.
    std::string_view text() const { return {text_, size_}; }
    golib::Time as_time() const;
    /// What a pointer points to, or the struct itself.
    const void* address() const { return address_; }
    /// The value behind a non-nil pointer. Structs behind one are addressable.
    Value pointee() const;

    // ---- Reading containers: strings, slices and maps ----
    bool is_bytes() const;  // slice of uint8
    size_t length() const;
    size_t capacity() const;       // of a slice
    Value at(size_t index) const;  // slice; boxed where its elements are
    /// Invalid if the key is absent. `key` must have the map's key type.
    Value find(const Value& key) const;
    Value find(std::string_view key) const;  // map with string keys
    Entries entries() const;                 // in order of keys, as Go prints them

    // ---- Changing what the run made ----
    /// The dict behind a map, or null: a nil map, or data of the caller, which nobody changes.
    Dict* mutable_dict() const;
    /// The elements of a list the run made, in place; null for data of the caller and for bytes.
    Value* mutable_elements() const;

    // ---- Structs and pointers to them ----
    /// `index` from TypeInfo::find_field of the struct type.
    Value field(size_t index) const;
    const StructView& struct_reader() const;

   private:
    void mark_boxed();

    enum Flag : uint8_t { kOwned = 1, kBoxed = 2, kAddressable = 4, kNil = 8 };

    Type type_;
    uint8_t flags_ = 0;
    uint32_t size_ = 0;  // bytes of text, elements of a list, nanoseconds of a time
    union {
        int64_t integer_ = 0;
        double real_;
        const char* text_;
        const Value* elements_;
        const void* address_;
    };
    union {
        Object* owner_ = nullptr;  // kOwned
        const ListView* list_view_;
        const MapView* map_view_;
        const StructView* struct_view_;
        const golib::Zone* zone_;
        double imaginary_;
    };
};
static_assert(sizeof(Value) == 24);

struct Entry {
    Value key;
    Value element;
};

inline Value::Value(const Value& other) noexcept
    : type_(other.type_),
      flags_(other.flags_),
      size_(other.size_),
      integer_(other.integer_),
      owner_(other.owner_) {
    if (flags_ & kOwned) owner_->retain();
}

inline Value::Value(Value&& other) noexcept
    : type_(other.type_),
      flags_(other.flags_),
      size_(other.size_),
      integer_(other.integer_),
      owner_(other.owner_) {
    other.type_ = Type();
    other.flags_ = 0;
}

inline Value& Value::operator=(const Value& other) noexcept { return *this = Value(other); }

inline Value& Value::operator=(Value&& other) noexcept {
    std::swap(type_, other.type_);
    std::swap(flags_, other.flags_);
    std::swap(size_, other.size_);
    std::swap(integer_, other.integer_);
    std::swap(owner_, other.owner_);
    return *this;
}

inline void Value::unbox() {
    if (kind() == Kind::Interface)
        *this = Value();
    else if (flags_ & kBoxed)
        flags_ &= ~(kBoxed | kAddressable);
}

inline Value::~Value() {
    if (flags_ & kOwned) owner_->release();
}

}  // namespace ww::tmpl
