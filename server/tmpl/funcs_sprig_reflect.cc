// SPDX-License-Identifier: BSD-3-Clause
//
// sprig: Go types of values.
#include "tmpl/compare.h"
#include "tmpl/funcs_sprig.h"
#include "tmpl/funcs_sprig_values.h"

namespace ww::tmpl::sprig {
namespace {

std::string_view type_name(const Value& value) {
    return is_nil_any(value) ? "<nil>" : value.type().name();
}

std::string_view kind_name(const Value& value) {
    return is_nil_any(value) ? "invalid" : value.type().kind_name();
}

Value type_of(Call& call) { return Value::text(type_name(call[0])); }
Value type_is(Call& call) { return Value::boolean(call.text(0) == type_name(call[1])); }

Value type_is_like(Call& call) {
    std::string_view name = type_name(call[1]);
    if (name == call.text(0)) return Value::boolean(true);
    if (!name.starts_with('*')) return Value::boolean(false);
    return Value::boolean(name.substr(1) == call.text(0));
}

Value kind_of(Call& call) { return Value::text(kind_name(call[0])); }
Value kind_is(Call& call) { return Value::boolean(call.text(0) == kind_name(call[1])); }

Value deep_equals(Call& call) { return Value::boolean(deep_equal(call[0], call[1])); }

constexpr Function kFunctions[] = {
    {"typeOf", "any", type_of, "The Go type of VALUE."},
    {"typeIs", "string, any", type_is, "TYPE VALUE: whether VALUE is of this type."},
    {"typeIsLike", "string, any", type_is_like, "TYPE VALUE: as typeIs, or a pointer to it."},
    {"kindOf", "any", kind_of, "The Go kind of VALUE: map, slice, int and so on."},
    {"kindIs", "string, any", kind_is, "KIND VALUE: whether VALUE is of this kind."},
    {"deepEqual", "any, any", deep_equals, "Whether two values have equal types and contents."},
};

}  // namespace

std::span<const Function> reflect_functions() { return kFunctions; }

}  // namespace ww::tmpl::sprig
