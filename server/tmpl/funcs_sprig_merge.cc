// SPDX-License-Identifier: BSD-3-Clause
#include "tmpl/funcs_sprig_merge.h"

#include <algorithm>

#include "tmpl/funcs_sprig_values.h"

namespace ww::tmpl::sprig {
namespace {

Value plain(const Value& boxed) {
    Value value = boxed.unboxed();
    return value.is_valid() ? value : Value::nil();
}

/// is_empty() as mergo sees it: pointers count as what they point to.
bool is_blank(const Value& value) {
    if (value.kind() == Kind::Pointer && !value.is_nil()) return is_blank(value.pointee());
    return is_empty(value);
}

bool has_exported_field(const Value& value) {
    const auto& fields = value.type().info().fields;
    return std::any_of(fields.begin(), fields.end(), [](const Field& field) {
        return field.access == Field::Access::Exported;
    });
}

class Copier {
   public:
    explicit Copier(Call& call) : call_(call) {}

    Value copy(const Value& value) {
        const bool container = value.kind() == Kind::Map || value.kind() == Kind::Slice;
        if (!container || value.is_nil() || value.is_bytes()) return value;
        if (depth_ == kMaxNesting) return call_.fail("nested more than {} deep", kMaxNesting);
        if (!call_.may_use(value.length() * sizeof(Entry))) return {};
        ++depth_;
        Value result = value.kind() == Kind::Map ? copy_map(value) : copy_list(value);
        --depth_;
        return result;
    }

   private:
    Value copy_list(const Value& list) {
        std::vector<Value> items = elements(list);
        for (Value& item : items) {
            item = copy(item);
            if (call_.failed()) return {};
        }
        return Value::list(list.type(), std::move(items));
    }

    Value copy_map(const Value& map) {
        const Ref<Dict> dict = Dict::create(map.type());
        for (const Entry& entry : map.entries()) {
            Value element = copy(plain(entry.element));
            if (call_.failed()) return {};
            dict->set(plain(entry.key), std::move(element));
        }
        return Value::dict(dict);
    }

    Call& call_;
    int depth_ = 0;
};

}  // namespace

Value changeable(const Value& map) {
    if (map.mutable_dict()) return map;
    const Ref<Dict> dict = Dict::create(map.type());
    for (const Entry& entry : map.entries()) dict->set(plain(entry.key), plain(entry.element));
    return Value::dict(dict);
}

Value deep_copied(Call& call, const Value& value) { return Copier(call).copy(value); }

bool Merger::merge(Dict& into, const Value& from) {
    if (from.type().key() != into.type().key() && into.type().key().kind() != Kind::Interface) {
        if (from.length() == 0) return true;
        call_.fail("reflect.Value.MapIndex: value of type {} is not assignable to type {}",
                   from.type().key().name(),
                   into.type().key().name());
        return false;
    }
    if (depth_ == kMaxNesting) {
        call_.fail("nested more than {} deep", kMaxNesting);
        return false;
    }
    ++depth_;
    for (const Entry& entry : from.entries())
        if (!merge_element(into, plain(entry.key), plain(entry.element), from)) return false;
    --depth_;
    return true;
}

bool Merger::merge_element(Dict& into, const Value& key, const Value& element, const Value& from) {
    const Type declared = from.type().element();
    const bool overwrite = mode_ == Mode::Overwrite;
    const bool is_nil =
        is_nil_any(element) || (declared.kind() != Kind::Interface &&
                                declared.kind() != Kind::Pointer && element.is_nil());
    if (is_nil) return overwrite ? assign(into, key, element, declared) : true;

    const Value* const found = into.find(key);
    const Value current = found ? *found : Value();
    const Kind kind = element.kind();
    if (kind == Kind::Slice) {
        if (!merge_list(into, key, current, element)) return false;
    } else if (kind == Kind::Map || kind == Kind::Struct || kind == Kind::Pointer) {
        if (!combine(into, key, current, element)) return false;
    }

    const bool was_blank = !found || is_blank(current);
    if (!was_blank && kind == Kind::Slice) return true;
    if (!was_blank && kind == Kind::Map && current.kind() == Kind::Map) return true;
    if (was_blank || (overwrite && declared.kind() != Kind::Pointer))
        return assign(into, key, element, declared);
    return true;
}

/// Merges a map, struct or pointer into what is there; only maps can be changed where they are.
bool Merger::combine(Dict& into, const Value& key, const Value& current, const Value& element) {
    const Kind kind = element.kind();
    switch (current.kind()) {
        case Kind::Map: {
            if (kind != Kind::Map || current.is_nil()) return true;
            const Value target = changeable(current);
            if (!current.mutable_dict()) call_.set_key(into, key, target);
            return merge(*target.mutable_dict(), element);
        }
        case Kind::Struct:
            if (kind == Kind::Struct || !has_exported_field(current)) return true;
            call_.fail("reflect: call of reflect.Value.Field on {} Value",
                       element.type().kind_name());
            return false;
        case Kind::Pointer:
            if (current.is_nil() || element.is_nil() || kind == Kind::Pointer) return true;
            if (mode_ == Mode::Overwrite || current.type().element() == element.type()) return true;
            error_ = "src and dst must be of same type";
            return false;
        default:
            return true;
    }
}

bool Merger::merge_list(Dict& into, const Value& key, const Value& current, const Value& element) {
    const Kind declared = into.type().element().kind();
    const bool can_be_nil = declared == Kind::Interface || declared == Kind::Slice ||
                            declared == Kind::Map || declared == Kind::Pointer;
    if (current.is_valid() && !can_be_nil) {
        call_.fail("reflect: call of reflect.Value.IsNil on {} Value",
                   into.type().element().kind_name());
        return false;
    }
    if (mode_ == Mode::Overwrite || into.size() == 0)
        return assign(into, key, element, element.type());
    if (is_nil_any(current) || current.is_nil())
        return assign(into, key, Value::list(element.type(), {}), element.type());
    return true;
}

bool Merger::assign(Dict& into, const Value& key, const Value& element, Type type) {
    const Type wanted = into.type().element();
    if (wanted.kind() != Kind::Interface && wanted != type) {
        call_.fail("reflect.Value.SetMapIndex: value of type {} is not assignable to type {}",
                   type.name(),
                   wanted.name());
        return false;
    }
    call_.set_key(into, key, element);
    return true;
}

}  // namespace ww::tmpl::sprig
