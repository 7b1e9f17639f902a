// SPDX-License-Identifier: BSD-3-Clause
//
// sprig: defaults and choices. What counts as empty is said by is_empty().
#include <algorithm>

#include "sprig/functions.h"
#include "sprig/values.h"

namespace ww::sprig {
namespace {

bool is_set(const tmpl::Value& value) { return !is_empty(value); }

tmpl::Value default_to(tmpl::Call& call) {
    return call.size() > 1 && is_set(call[1]) ? call[1] : call[0];
}

tmpl::Value empty(tmpl::Call& call) { return tmpl::Value::boolean(is_empty(call[0])); }

tmpl::Value coalesce(tmpl::Call& call) {
    const auto all = call.arguments();
    const auto found = std::find_if(all.begin(), all.end(), is_set);
    return found == all.end() ? tmpl::Value::nil() : *found;
}

tmpl::Value all(tmpl::Call& call) {
    const auto values = call.arguments();
    return tmpl::Value::boolean(std::all_of(values.begin(), values.end(), is_set));
}

tmpl::Value any(tmpl::Call& call) {
    const auto values = call.arguments();
    return tmpl::Value::boolean(std::any_of(values.begin(), values.end(), is_set));
}

tmpl::Value ternary(tmpl::Call& call) { return call.boolean(2) ? call[0] : call[1]; }

tmpl::Value fail(tmpl::Call& call) { return call.fail(std::string(call.text(0))); }

constexpr tmpl::Function kDefaultFunctions[] = {
    {"default", "any, ...any", default_to, "DEFAULT VALUE: VALUE, or DEFAULT if it is empty."},
    {"empty", "any", empty, "Whether VALUE is zero, \"\", false, nil or has nothing in it."},
    {"coalesce", "...any", coalesce, "The first VALUE that is not empty, or nil."},
    {"all", "...any", all, "Whether no VALUE is empty."},
    {"any", "...any", any, "Whether some VALUE is not empty."},
    {"ternary", "any, any, bool", ternary, "YES NO CONDITION: YES if CONDITION is true, else NO."},
    {"fail", "string", fail, "Fails with the text as message."},
};

}  // namespace

std::span<const tmpl::Function> default_functions() { return kDefaultFunctions; }

}  // namespace ww::sprig
