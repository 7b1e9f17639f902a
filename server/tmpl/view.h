// SPDX-License-Identifier: BSD-3-Clause
//
// The narrow interface through which templates read data of their caller: three stateless classes,
// each given the address of what it reads. Nothing is copied. Every read of the data model passes
// here, so a recorder is a set of views that note what they hand out and wrap what they return;
// without one there is nothing to pay.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "tmpl/value.h"

namespace ww::tmpl {

/// Reads a struct by positions in its type's tables. The plain one calls the tables' functions.
class StructView {
   public:
    virtual ~StructView() = default;
    virtual Value field(const void* self, Type type, size_t index) const;
    /// Call::self() is the receiver already.
    virtual Value method(const void* self, Type type, size_t index, Call& call) const;
    /// The struct as a table's function expects it; a recorder unwraps here.
    virtual const void* target(const void* self) const { return self; }
};

extern const StructView kPlainStruct;

class ListView {
   public:
    virtual ~ListView() = default;
    virtual size_t size(const void* self) const = 0;
    /// `index` is below size().
    virtual Value at(const void* self, size_t index) const = 0;
};

class MapView {
   public:
    virtual ~MapView() = default;
    virtual size_t size(const void* self) const = 0;
    /// The invalid Value if there is no such key. `key` has the map's key type.
    virtual Value find(const void* self, const Value& key) const = 0;
    /// All entries in the order of their keys.
    virtual Entries entries(const void* self) const = 0;
};

/// A view of std::vector<T>; `get` turns a `const T&` into a Value.
template <class T, Value (*get)(const T&)>
class VectorView final : public ListView {
   public:
    size_t size(const void* self) const override { return vector(self).size(); }
    Value at(const void* self, size_t index) const override { return get(vector(self)[index]); }

    static Value of(Type type, const std::vector<T>& from) {
        static const VectorView view;
        return Value::list_view(type, &view, &from);
    }

   private:
    static const std::vector<T>& vector(const void* self) {
        return *static_cast<const std::vector<T>*>(self);
    }
};

/// A view of std::map<std::string, T>; `get` turns a `const T&` into a Value.
template <class T, Value (*get)(const T&)>
class StringMapView final : public MapView {
   public:
    using Map = std::map<std::string, T>;

    size_t size(const void* self) const override { return map(self).size(); }
    Value find(const void* self, const Value& key) const override {
        const auto found = map(self).find(std::string(key.text()));
        return found == map(self).end() ? Value() : get(found->second);
    }
    Entries entries(const void* self) const override {
        Entries all;
        all.reserve(map(self).size());
        for (const auto& [key, element] : map(self))
            all.push_back({Value::text(key), get(element)});
        return all;
    }

    static Value of(Type type, const Map& from) {
        static const StringMapView view;
        return Value::map_view(type, &view, &from);
    }

   private:
    static const Map& map(const void* self) { return *static_cast<const Map*>(self); }
};

}  // namespace ww::tmpl
