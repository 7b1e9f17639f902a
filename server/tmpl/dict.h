// SPDX-License-Identifier: BSD-3-Clause
//
// Dict: a map that a template made, of any Go map type. Shared by reference as in Go: whoever holds
// it sees changes. Kept in the order Go prints maps in, so ranging and printing need no sort.
#pragma once

#include <map>

#include "tmpl/value.h"

namespace ww::tmpl {

/// The order in which Go's fmt prints map keys: nil first, numbers by value, text by bytes, false
/// before true; keys of an interface type are grouped by their dynamic type.
struct KeyOrder {
    using is_transparent = void;
    bool operator()(const Value& a, const Value& b) const;
    bool operator()(const Value& a, std::string_view b) const { return a.text() < b; }
    bool operator()(std::string_view a, const Value& b) const { return a < b.text(); }
};

class Dict final : public Object {
   public:
    using Map = std::map<Value, Value, KeyOrder>;

    static Ref<Dict> create(Type type = types::kMapStringAny);
    ~Dict() override;

    Type type() const { return type_; }
    size_t size() const { return map_.size(); }
    Map::const_iterator begin() const { return map_.begin(); }
    Map::const_iterator end() const { return map_.end(); }

    /// Null if absent. The string form is for maps with string keys.
    const Value* find(const Value& key) const;
    const Value* find(std::string_view key) const;

    /// Elements are stored as the map's element type has them (see Value::at about boxing).
    /// From inside a template function use Call::set_key, which also guards against cycles.
    void set(const Value& key, Value element);
    void set(std::string_view key, Value element);
    bool erase(const Value& key);
    bool erase(std::string_view key);
    void clear();

   private:
    explicit Dict(Type type) : type_(type) {}

    Type type_;
    Map map_;
};

}  // namespace ww::tmpl
