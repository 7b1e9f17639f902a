// SPDX-License-Identifier: BSD-3-Clause
#include "tmpl/dict.h"

#include <cmath>

namespace ww::tmpl {
namespace {

// What one entry costs, roughly: a tree node.
constexpr std::ptrdiff_t kEntryBytes = 2 * sizeof(Value) + 48;

template <class T>
int order(const T& a, const T& b) {
    return a < b ? -1 : b < a ? 1 : 0;
}

// NaN sorts below every number and equals itself.
int order_floats(double a, double b) {
    if (std::isnan(a) || std::isnan(b)) return order(!std::isnan(a), !std::isnan(b));
    return order(a, b);
}

int compare_keys(const Value& a, const Value& b) {
    const bool a_nil = a.kind() == Kind::Interface, b_nil = b.kind() == Kind::Interface;
    if (a_nil || b_nil) return order(!a_nil, !b_nil);
    if (a.type() != b.type()) return order(a.type().index(), b.type().index());
    switch (a.kind()) {
        case Kind::String:
            return order(a.text(), b.text());
        case Kind::Bool:
        case Kind::Int:
        case Kind::Int8:
        case Kind::Int16:
        case Kind::Int32:
        case Kind::Int64:
            return order(a.as_int(), b.as_int());
        case Kind::Uint:
        case Kind::Uint8:
        case Kind::Uint16:
        case Kind::Uint32:
        case Kind::Uint64:
            return order(a.as_uint(), b.as_uint());
        case Kind::Float32:
        case Kind::Float64:
            return order_floats(a.as_float(), b.as_float());
        case Kind::Complex128: {
            const int real = order_floats(a.as_float(), b.as_float());
            return real != 0 ? real : order_floats(a.as_imaginary(), b.as_imaginary());
        }
        case Kind::Struct:
            if (a.type() == types::kTime) {
                const golib::Time left = a.as_time(), right = b.as_time();
                const int seconds = order(left.seconds, right.seconds);
                return seconds != 0 ? seconds : order(left.nanoseconds, right.nanoseconds);
            }
            [[fallthrough]];
        default:
            return order(a.address(), b.address());
    }
}

}  // namespace

bool KeyOrder::operator()(const Value& a, const Value& b) const { return compare_keys(a, b) < 0; }

Ref<Dict> Dict::create(Type type) { return Ref<Dict>(new Dict(type)); }

Dict::~Dict() { clear(); }

const Value* Dict::find(const Value& key) const {
    const auto found = map_.find(key);
    return found == map_.end() ? nullptr : &found->second;
}

const Value* Dict::find(std::string_view key) const {
    const auto found = map_.find(key);
    return found == map_.end() ? nullptr : &found->second;
}

void Dict::set(const Value& key, Value element) {
    const auto [at, fresh] = map_.try_emplace(key.unboxed().is_valid() ? key.unboxed() : key);
    if (fresh) live_bytes += kEntryBytes;
    at->second = std::move(element);
}

void Dict::set(std::string_view key, Value element) {
    if (const auto found = map_.find(key); found != map_.end())
        found->second = std::move(element);
    else
        set(Value::string(key), std::move(element));
}

bool Dict::erase(const Value& key) {
    const bool erased = map_.erase(key) > 0;
    if (erased) live_bytes -= kEntryBytes;
    return erased;
}

bool Dict::erase(std::string_view key) { return erase(Value::text(key)); }

void Dict::clear() {
    live_bytes -= static_cast<std::ptrdiff_t>(map_.size()) * kEntryBytes;
    // An element may own the last reference to this dict's owner: empty the map before letting go.
    Map released;
    released.swap(map_);
}

}  // namespace ww::tmpl
