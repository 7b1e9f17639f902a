// SPDX-License-Identifier: BSD-3-Clause
#include "tmpl/type.h"

#include <array>
#include <atomic>
#include <map>
#include <mutex>

#include "base/check.h"
#include "tmpl/known_types.h"

namespace ww::tmpl {

constinit std::array<std::atomic<const TypeInfo*>, kMaxTypes> type_infos{};

namespace {

std::string spell(const TypeInfo& info) {
    switch (info.kind) {
        case Kind::Slice:
            return "[]" + std::string(info.element.name());
        case Kind::Pointer:
            return "*" + std::string(info.element.name());
        case Kind::Map:
            return "map[" + std::string(info.key.name()) + "]" + std::string(info.element.name());
        default:
            return info.name;
    }
}

class Registry {
   public:
    Registry() {
        for (auto& [type, info] : known_types()) {
            WW_CHECK(type.index() == count_,
                     "known types are listed in the order of their indexes");
            publish(std::move(info));
        }
    }

    Type find(const std::string& name) {
        std::lock_guard lock(mutex_);
        const auto found = by_name_.find(name);
        return found == by_name_.end() ? Type() : found->second;
    }

    /// The composite type `info` describes, made if it is new.
    Type composite(TypeInfo info) {
        info.name = spell(info);
        std::lock_guard lock(mutex_);
        const auto found = by_name_.find(info.name);
        return found == by_name_.end() ? publish(std::move(info)) : found->second;
    }

    Type define(TypeInfo info) {
        info.named = true;
        std::lock_guard lock(mutex_);
        WW_CHECK(!by_name_.contains(info.name), "a type was defined twice");
        return publish(std::move(info));
    }

   private:
    Type publish(TypeInfo info) {
        WW_CHECK(count_ < kMaxTypes, "too many types");
        if (info.name.empty()) info.name = spell(info);
        std::vector<std::string_view> names;
        for (const Field& field : info.fields) names.push_back(field.name);
        info.field_index = SymbolIndex(names);
        names.clear();
        for (const Method& method : info.methods) names.push_back(method.name);
        info.method_index = SymbolIndex(names);

        const Type type(info.kind, static_cast<unsigned>(count_));
        by_name_.emplace(info.name, type);
        type_infos[count_++].store(new TypeInfo(std::move(info)), std::memory_order_release);
        return type;
    }

    std::mutex mutex_;
    std::map<std::string, Type> by_name_;
    size_t count_ = 0;
};

Registry& registry() {
    static Registry& all = *new Registry;  // types outlive every static
    return all;
}

}  // namespace

const TypeInfo& Type::first_info() const {
    registry();
    return *type_infos[index()].load(std::memory_order_acquire);
}

std::string_view Type::name() const { return info().name; }

std::string_view Type::kind_name() const {
    static constexpr std::string_view kNames[] = {
        "invalid",    "bool",   "int",       "int8",   "int16",  "int32",   "int64",
        "uint",       "uint8",  "uint16",    "uint32", "uint64", "float32", "float64",
        "complex128", "string", "interface", "slice",  "map",    "ptr",     "struct",
    };
    return kNames[static_cast<size_t>(kind())];
}

Type Type::slice_of(Type element) {
    return registry().composite({.kind = Kind::Slice, .element = element});
}

Type Type::pointer_to(Type element) {
    return registry().composite({.kind = Kind::Pointer, .element = element});
}

Type Type::map_of(Type key, Type element) {
    return registry().composite({.kind = Kind::Map, .element = element, .key = key});
}

Type Type::define(TypeInfo info) { return registry().define(std::move(info)); }

Type Type::parse(std::string_view spelling) {
    if (spelling == "any" || spelling == "interface{}") return types::kAny;
    if (spelling == "byte") return types::kUint8;
    const Type known = registry().find(std::string(spelling));
    if (known != Type()) return known;
    if (spelling.starts_with("[]")) {
        const Type element = parse(spelling.substr(2));
        return element == Type() ? Type() : slice_of(element);
    }
    if (spelling.starts_with("*")) {
        const Type element = parse(spelling.substr(1));
        return element == Type() ? Type() : pointer_to(element);
    }
    // Keys that are maps or slices do not exist in Go, so the first bracket ends the key.
    if (const size_t close = spelling.find(']');
        spelling.starts_with("map[") && close != spelling.npos) {
        const Type key = parse(spelling.substr(4, close - 4));
        const Type element = parse(spelling.substr(close + 1));
        return key == Type() || element == Type() ? Type() : map_of(key, element);
    }
    return {};
}

}  // namespace ww::tmpl
