// SPDX-License-Identifier: BSD-3-Clause
//
// sprig: Go types of values.
#include "sprig/functions.h"
#include "sprig/values.h"
#include "tmpl/compare.h"

namespace ww::sprig {
namespace {

std::string_view type_name(const tmpl::Value& value) {
    return is_nil_any(value) ? "<nil>" : value.type().name();
}

std::string_view kind_name(const tmpl::Value& value) {
    return is_nil_any(value) ? "invalid" : value.type().kind_name();
}

tmpl::Value type_of(tmpl::Call& call) { return tmpl::Value::text(type_name(call[0])); }
tmpl::Value type_is(tmpl::Call& call) {
    return tmpl::Value::boolean(call.text(0) == type_name(call[1]));
}

tmpl::Value type_is_like(tmpl::Call& call) {
    std::string_view name = type_name(call[1]);
    if (name == call.text(0)) return tmpl::Value::boolean(true);
    if (!name.starts_with('*')) return tmpl::Value::boolean(false);
    return tmpl::Value::boolean(name.substr(1) == call.text(0));
}

tmpl::Value kind_of(tmpl::Call& call) { return tmpl::Value::text(kind_name(call[0])); }
tmpl::Value kind_is(tmpl::Call& call) {
    return tmpl::Value::boolean(call.text(0) == kind_name(call[1]));
}

tmpl::Value deep_equals(tmpl::Call& call) {
    return tmpl::Value::boolean(tmpl::deep_equal(call[0], call[1]));
}

constexpr tmpl::Function kReflectFunctions[] = {
    {"typeOf", "any", type_of, "The Go type of VALUE."},
    {"typeIs", "string, any", type_is, "TYPE VALUE: whether VALUE is of this type."},
    {"typeIsLike", "string, any", type_is_like, "TYPE VALUE: as typeIs, or a pointer to it."},
    {"kindOf", "any", kind_of, "The Go kind of VALUE: map, slice, int and so on."},
    {"kindIs", "string, any", kind_is, "KIND VALUE: whether VALUE is of this kind."},
    {"deepEqual", "any, any", deep_equals, "Whether two values have equal types and contents."},
};

}  // namespace

std::span<const tmpl::Function> reflect_functions() { return kReflectFunctions; }

}  // namespace ww::sprig
