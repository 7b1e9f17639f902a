// SPDX-License-Identifier: BSD-3-Clause
//
// sprig: defaults and choices. What counts as empty is said by is_empty().
#include <algorithm>

#include "tmpl/funcs_sprig.h"
#include "tmpl/funcs_sprig_values.h"

namespace ww::tmpl::sprig {
namespace {

bool is_set(const Value& value) { return !is_empty(value); }

Value default_to(Call& call) { return call.size() > 1 && is_set(call[1]) ? call[1] : call[0]; }

Value empty(Call& call) { return Value::boolean(is_empty(call[0])); }

Value coalesce(Call& call) {
    const auto all = call.arguments();
    const auto found = std::find_if(all.begin(), all.end(), is_set);
    return found == all.end() ? Value::nil() : *found;
}

Value all(Call& call) {
    const auto values = call.arguments();
    return Value::boolean(std::all_of(values.begin(), values.end(), is_set));
}

Value any(Call& call) {
    const auto values = call.arguments();
    return Value::boolean(std::any_of(values.begin(), values.end(), is_set));
}

Value ternary(Call& call) { return call.boolean(2) ? call[0] : call[1]; }

Value fail(Call& call) { return call.fail(std::string(call.text(0))); }

constexpr Function kFunctions[] = {
    {"default", "any, ...any", default_to, "DEFAULT VALUE: VALUE, or DEFAULT if it is empty."},
    {"empty", "any", empty, "Whether VALUE is zero, \"\", false, nil or has nothing in it."},
    {"coalesce", "...any", coalesce, "The first VALUE that is not empty, or nil."},
    {"all", "...any", all, "Whether no VALUE is empty."},
    {"any", "...any", any, "Whether some VALUE is not empty."},
    {"ternary", "any, any, bool", ternary, "YES NO CONDITION: YES if CONDITION is true, else NO."},
    {"fail", "string", fail, "Fails with the text as message."},
};

}  // namespace

std::span<const Function> default_functions() { return kFunctions; }

}  // namespace ww::tmpl::sprig
