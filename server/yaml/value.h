// SPDX-License-Identifier: BSD-3-Clause
//
// Value: arbitrary YAML as data (node resources), typed by the scalar rules of
// reference/store.md §2.7. No places, styles or anchors: those live in the document tree of
// document.h.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ww::yaml {

/// A point in time as YAML writes it; the zone is kept because it is printed back.
struct Timestamp {
    int64_t unix_seconds = 0;
    int32_t nanoseconds = 0;
    int32_t zone_seconds = 0;  // east of UTC

    /// RFC 3339 with as many fractional digits as needed: "2020-01-01T00:00:00Z".
    std::string to_string() const;
    auto operator<=>(const Timestamp&) const = default;
};

class Value {
   public:
    struct Entry;
    using List = std::vector<Value>;
    /// Sorted by key (see `order`), keys unique. Keys are scalars; almost always strings.
    using Map = std::vector<Entry>;
    /// uint64_t only for integers beyond int64_t.
    using Data = std::
        variant<std::monostate, bool, int64_t, uint64_t, double, std::string, Timestamp, List, Map>;

    Value() = default;  // null
    Value(bool value);
    Value(int value);
    Value(int64_t value);
    Value(uint64_t value);
    Value(double value);
    Value(std::string value);
    Value(const char* value);
    Value(Timestamp value);
    Value(List value);
    /// Sorts the entries.
    Value(Map value);
    // Not inline: every copy of a node would bring the variant's with it.
    Value(const Value& other);
    Value(Value&& other) noexcept;
    Value& operator=(const Value& other);
    Value& operator=(Value&& other) noexcept;
    ~Value();

    bool is_null() const { return data_.index() == 0; }
    const Data& data() const { return data_; }
    /// Pointer to the held T, or nullptr: value.get<Value::Map>().
    template <class T>
    const T* get() const {
        return std::get_if<T>(&data_);
    }
    template <class T>
    T* get() {
        return std::get_if<T>(&data_);
    }

    /// The value under a string key of a map; nullptr if absent or not a map.
    const Value* find(std::string_view key) const;
    /// Sets a key of a map (a null becomes a map first). Anything else: no effect, false.
    bool set(std::string_view key, Value value);

    /// A total order of keys: null, booleans, numbers by value, strings by bytes, timestamps.
    static std::strong_ordering order(const Value& a, const Value& b);

    bool operator==(const Value& other) const;

   private:
    Data data_;
};

struct Value::Entry {
    Value key;
    Value value;
    bool operator==(const Entry&) const = default;
};

/// Compact JSON, keys in order, `<`, `>` and `&` escaped as Go's encoder does; numbers as Go prints
/// them. Keys that are not strings are printed as their text. Infinities and NaN become strings.
std::string to_json(const Value& value);

}  // namespace ww::yaml
