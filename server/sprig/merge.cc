// SPDX-License-Identifier: BSD-3-Clause
#include "sprig/merge.h"

#include <algorithm>

#include "sprig/values.h"

namespace ww::sprig {
namespace {

tmpl::Value plain(const tmpl::Value& boxed) {
    tmpl::Value value = boxed.unboxed();
    return value.is_valid() ? value : tmpl::Value::nil();
}

/// is_empty() as mergo sees it: pointers count as what they point to.
bool is_blank(const tmpl::Value& value) {
    if (value.kind() == tmpl::Kind::Pointer && !value.is_nil()) return is_blank(value.pointee());
    return is_empty(value);
}

bool has_exported_field(const tmpl::Value& value) {
    const auto& fields = value.type().info().fields;
    return std::any_of(fields.begin(), fields.end(), [](const tmpl::Field& field) {
        return field.access == tmpl::Field::Access::Exported;
    });
}

class Copier {
   public:
    explicit Copier(tmpl::Call& call) : call_(call) {}

    tmpl::Value copy(const tmpl::Value& value) {
        const bool container = value.kind() == tmpl::Kind::Map || value.kind() == tmpl::Kind::Slice;
        if (!container || value.is_nil() || value.is_bytes()) return value;
        if (depth_ == kMaxNesting) return call_.fail("nested more than {} deep", kMaxNesting);
        if (!call_.may_use(value.length() * sizeof(tmpl::Entry))) return {};
        ++depth_;
        tmpl::Value result = value.kind() == tmpl::Kind::Map ? copy_map(value) : copy_list(value);
        --depth_;
        return result;
    }

   private:
    tmpl::Value copy_list(const tmpl::Value& list) {
        std::vector<tmpl::Value> items = elements(list);
        for (tmpl::Value& item : items) {
            item = copy(item);
            if (call_.failed()) return {};
        }
        return tmpl::Value::list(list.type(), std::move(items));
    }

    tmpl::Value copy_map(const tmpl::Value& map) {
        const tmpl::Ref<tmpl::Dict> dict = tmpl::Dict::create(map.type());
        for (const tmpl::Entry& entry : map.entries()) {
            tmpl::Value element = copy(plain(entry.element));
            if (call_.failed()) return {};
            dict->set(plain(entry.key), std::move(element));
        }
        return tmpl::Value::dict(dict);
    }

    tmpl::Call& call_;
    int depth_ = 0;
};

}  // namespace

tmpl::Value changeable(const tmpl::Value& map) {
    if (map.mutable_dict()) return map;
    const tmpl::Ref<tmpl::Dict> dict = tmpl::Dict::create(map.type());
    for (const tmpl::Entry& entry : map.entries())
        dict->set(plain(entry.key), plain(entry.element));
    return tmpl::Value::dict(dict);
}

tmpl::Value deep_copied(tmpl::Call& call, const tmpl::Value& value) {
    return Copier(call).copy(value);
}

bool Merger::merge(tmpl::Dict& into, const tmpl::Value& from) {
    if (from.type().key() != into.type().key() &&
        into.type().key().kind() != tmpl::Kind::Interface) {
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
    for (const tmpl::Entry& entry : from.entries())
        if (!merge_element(into, plain(entry.key), plain(entry.element), from)) return false;
    --depth_;
    return true;
}

bool Merger::merge_element(tmpl::Dict& into,
                           const tmpl::Value& key,
                           const tmpl::Value& element,
                           const tmpl::Value& from) {
    const tmpl::Type declared = from.type().element();
    const bool overwrite = mode_ == Mode::Overwrite;
    const bool is_nil =
        is_nil_any(element) || (declared.kind() != tmpl::Kind::Interface &&
                                declared.kind() != tmpl::Kind::Pointer && element.is_nil());
    if (is_nil) return overwrite ? assign(into, key, element, declared) : true;

    const tmpl::Value* const found = into.find(key);
    const tmpl::Value current = found ? *found : tmpl::Value();
    const tmpl::Kind kind = element.kind();
    if (kind == tmpl::Kind::Slice) {
        if (!merge_list(into, key, current, element)) return false;
    } else if (kind == tmpl::Kind::Map || kind == tmpl::Kind::Struct ||
               kind == tmpl::Kind::Pointer) {
        if (!combine(into, key, current, element)) return false;
    }

    const bool was_blank = !found || is_blank(current);
    if (!was_blank && kind == tmpl::Kind::Slice) return true;
    if (!was_blank && kind == tmpl::Kind::Map && current.kind() == tmpl::Kind::Map) return true;
    if (was_blank || (overwrite && declared.kind() != tmpl::Kind::Pointer))
        return assign(into, key, element, declared);
    return true;
}

/// Merges a map, struct or pointer into what is there; only maps can be changed where they are.
bool Merger::combine(tmpl::Dict& into,
                     const tmpl::Value& key,
                     const tmpl::Value& current,
                     const tmpl::Value& element) {
    const tmpl::Kind kind = element.kind();
    switch (current.kind()) {
        case tmpl::Kind::Map: {
            if (kind != tmpl::Kind::Map || current.is_nil()) return true;
            const tmpl::Value target = changeable(current);
            if (!current.mutable_dict()) call_.set_key(into, key, target);
            return merge(*target.mutable_dict(), element);
        }
        case tmpl::Kind::Struct:
            if (kind == tmpl::Kind::Struct || !has_exported_field(current)) return true;
            call_.fail("reflect: call of reflect.Value.Field on {} Value",
                       element.type().kind_name());
            return false;
        case tmpl::Kind::Pointer:
            if (current.is_nil() || element.is_nil() || kind == tmpl::Kind::Pointer) return true;
            if (mode_ == Mode::Overwrite || current.type().element() == element.type()) return true;
            error_ = "src and dst must be of same type";
            return false;
        default:
            return true;
    }
}

bool Merger::merge_list(tmpl::Dict& into,
                        const tmpl::Value& key,
                        const tmpl::Value& current,
                        const tmpl::Value& element) {
    const tmpl::Kind declared = into.type().element().kind();
    const bool can_be_nil = declared == tmpl::Kind::Interface || declared == tmpl::Kind::Slice ||
                            declared == tmpl::Kind::Map || declared == tmpl::Kind::Pointer;
    if (current.is_valid() && !can_be_nil) {
        call_.fail("reflect: call of reflect.Value.IsNil on {} Value",
                   into.type().element().kind_name());
        return false;
    }
    if (mode_ == Mode::Overwrite || into.size() == 0)
        return assign(into, key, element, element.type());
    if (is_nil_any(current) || current.is_nil())
        return assign(into, key, tmpl::Value::list(element.type(), {}), element.type());
    return true;
}

bool Merger::assign(tmpl::Dict& into,
                    const tmpl::Value& key,
                    const tmpl::Value& element,
                    tmpl::Type type) {
    const tmpl::Type wanted = into.type().element();
    if (wanted.kind() != tmpl::Kind::Interface && wanted != type) {
        call_.fail("reflect.Value.SetMapIndex: value of type {} is not assignable to type {}",
                   type.name(),
                   wanted.name());
        return false;
    }
    call_.set_key(into, key, element);
    return true;
}

}  // namespace ww::sprig
