// SPDX-License-Identifier: BSD-3-Clause
#include "yaml/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/json_text.h"
#include "golib/strconv.h"
#include "golib/time.h"

namespace ww::yaml {

namespace {

int kind_rank(const Value& value) {
    switch (value.data().index()) {
        case 0:
            return 0;  // null
        case 1:
            return 1;  // bool
        case 2:
        case 3:
        case 4:
            return 2;  // numbers
        default:
            return static_cast<int>(value.data().index());
    }
}

long double as_number(const Value& value) {
    if (const auto* i = value.get<int64_t>()) return static_cast<long double>(*i);
    if (const auto* u = value.get<uint64_t>()) return static_cast<long double>(*u);
    return static_cast<long double>(*value.get<double>());
}

std::strong_ordering order_numbers(const Value& a, const Value& b) {
    const long double left = as_number(a);
    const long double right = as_number(b);
    if (left < right) return std::strong_ordering::less;
    if (left > right) return std::strong_ordering::greater;
    // Equal numbers of different types, and NaN, are told apart by type.
    return a.data().index() <=> b.data().index();
}

void append_json(const Value& value, std::string& out);

std::string key_text(const Value& value) {
    if (const auto* text = value.get<std::string>()) return *text;
    if (const auto* time = value.get<Timestamp>()) return time->to_string();
    std::string out;
    append_json(value, out);
    return out;
}

void append_json(const Value& value, std::string& out) {
    struct Visitor {
        std::string& to;
        void operator()(std::monostate) const { to += "null"; }
        void operator()(bool b) const { to += b ? "true" : "false"; }
        void operator()(int64_t i) const { to += fmt::format("{}", i); }
        void operator()(uint64_t u) const { to += fmt::format("{}", u); }
        void operator()(double d) const {
            if (std::isfinite(d)) return golib::append_json_float(to, d);
            std::string word;
            golib::append_float(word, d, 'g', -1);
            to += json_quote(word);
        }
        void operator()(const std::string& s) const { to += json_quote(s); }
        void operator()(const Timestamp& t) const { to += json_quote(t.to_string()); }
        void operator()(const Value::List& list) const {
            to += '[';
            for (size_t i = 0; i < list.size(); ++i) {
                if (i > 0) to += ',';
                append_json(list[i], to);
            }
            to += ']';
        }
        void operator()(const Value::Map& map) const {
            to += '{';
            for (size_t i = 0; i < map.size(); ++i) {
                if (i > 0) to += ',';
                to += json_quote(key_text(map[i].key));
                to += ':';
                append_json(map[i].value, to);
            }
            to += '}';
        }
    };
    std::visit(Visitor{out}, value.data());
}

}  // namespace

std::string Timestamp::to_string() const {
    const golib::Zone* zone = zone_seconds == 0 ? nullptr : golib::fixed_zone("", zone_seconds);
    return golib::format_time({unix_seconds, static_cast<uint32_t>(nanoseconds), zone},
                              "2006-01-02T15:04:05.999999999Z07:00");
}

Value::Value(bool value) : data_(value) {}
Value::Value(int value) : data_(int64_t{value}) {}
Value::Value(int64_t value) : data_(value) {}
Value::Value(uint64_t value) : data_(value) {}
Value::Value(double value) : data_(value) {}
Value::Value(std::string value) : data_(std::move(value)) {}
Value::Value(const char* value) : data_(std::string(value)) {}
Value::Value(Timestamp value) : data_(value) {}
Value::Value(List value) : data_(std::move(value)) {}

Value::Value(Map value) {
    std::stable_sort(value.begin(), value.end(), [](const Entry& a, const Entry& b) {
        return order(a.key, b.key) < 0;
    });
    data_ = std::move(value);
}

const Value* Value::find(std::string_view key) const {
    const auto* map = get<Map>();
    if (map == nullptr) return nullptr;
    for (const Entry& entry : *map) {
        const auto* name = entry.key.get<std::string>();
        if (name != nullptr && *name == key) return &entry.value;
    }
    return nullptr;
}

bool Value::set(std::string_view key, Value value) {
    if (is_null()) data_ = Map{};
    auto* map = get<Map>();
    if (map == nullptr) return false;
    Entry entry{std::string(key), std::move(value)};
    const auto at =
        std::lower_bound(map->begin(), map->end(), entry, [](const Entry& a, const Entry& b) {
            return order(a.key, b.key) < 0;
        });
    if (at != map->end() && at->key == entry.key)
        at->value = std::move(entry.value);
    else
        map->insert(at, std::move(entry));
    return true;
}

std::strong_ordering Value::order(const Value& a, const Value& b) {
    const int left = kind_rank(a);
    const int right = kind_rank(b);
    if (left != right) return left <=> right;
    if (const auto* x = a.get<bool>()) return *x <=> *b.get<bool>();
    if (const auto* x = a.get<std::string>()) return *x <=> *b.get<std::string>();
    if (const auto* x = a.get<Timestamp>()) return *x <=> *b.get<Timestamp>();
    if (left == 2) return order_numbers(a, b);
    return std::strong_ordering::equal;  // nulls; lists and maps are no keys
}

Value::Value(const Value& other) = default;
Value::Value(Value&& other) noexcept = default;
Value& Value::operator=(const Value& other) = default;
Value& Value::operator=(Value&& other) noexcept = default;
Value::~Value() = default;

bool Value::operator==(const Value& other) const {
    // What is not a number is the same value again, or a file that holds one could not be compared
    // with itself.
    const auto* left = get<double>();
    const auto* right = other.get<double>();
    if (left != nullptr && right != nullptr && std::isnan(*left)) return std::isnan(*right);
    return data_ == other.data_;
}

std::string to_json(const Value& value) {
    std::string out;
    append_json(value, out);
    return out;
}

}  // namespace ww::yaml
