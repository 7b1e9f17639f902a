// SPDX-License-Identifier: BSD-3-Clause
//
// sprig: dicts, which are exactly map[string]any. Where upstream's order is that of a hash table,
// ours is that of the keys.
#include <algorithm>

#include "tmpl/dict.h"
#include "tmpl/funcs_sprig.h"
#include "tmpl/funcs_sprig_merge.h"
#include "tmpl/funcs_sprig_values.h"

namespace ww::tmpl::sprig {
namespace {

Value found_or(const Value& dict, std::string_view key, const Value& otherwise) {
    const Value found = dict.find(key);
    if (!found.is_valid()) return otherwise;
    const Value plain = found.unboxed();
    return plain.is_valid() ? plain : Value::nil();
}

// ---- Making and reading ----

Value dict(Call& call) {
    const Ref<Dict> made = Dict::create();
    for (size_t index = 0; index < call.size(); index += 2) {
        const Value key = call[index].type() == types::kString
                              ? call[index]
                              : Value::string(text_of(call[index]));
        made->set(key, index + 1 < call.size() ? call[index + 1] : Value::text(""));
    }
    return Value::dict(made);
}

Value get(Call& call) { return found_or(call[0], call.text(1), Value::text("")); }

Value has_key(Call& call) { return Value::boolean(call[0].find(call.text(1)).is_valid()); }

Value keys(Call& call) {
    std::vector<Value> all;
    for (const Value& one : call.arguments())
        for (const Entry& entry : one.entries()) all.push_back(entry.key);
    return Value::list(types::kStrings, std::move(all));
}

Value values(Call& call) {
    std::vector<Value> all;
    for (const Entry& entry : call[0].entries())
        all.push_back(found_or(call[0], entry.key.text(), Value::nil()));
    return Value::list(types::kAnys, std::move(all));
}

Value pluck(Call& call) {
    std::vector<Value> all;
    for (const Value& one : call.from(1)) {
        Value found = found_or(one, call.text(0), Value());
        if (found.is_valid()) all.push_back(std::move(found));
    }
    return Value::list(types::kAnys, std::move(all));
}

Value dig(Call& call) {
    if (call.size() < 3) return call.fail("dig needs at least three arguments");
    const auto expect = [&](const Value& value, Type type) {
        if (value.type() == type) return true;
        const std::string_view name = is_nil_any(value) ? "nil" : value.type().name();
        call.fail("interface conversion: interface {{}} is {}, not {}", name, type.name());
        return false;
    };
    const size_t count = call.size() - 2;
    Value current = call[count + 1];
    if (!expect(current, types::kMapStringAny)) return {};
    for (const Value& key : call.arguments().first(count))
        if (!expect(key, types::kString)) return {};
    for (size_t index = 0; index < count; ++index) {
        if (!expect(current, types::kMapStringAny)) return {};
        current = found_or(current, call.text(index), Value());
        if (!current.is_valid()) return call[count];
    }
    return current;
}

// ---- Changing ----

Value set(Call& call) {
    if (call[0].is_nil()) return call.fail("assignment to entry in nil map");
    Value target = changeable(call[0]);
    call.set_key(*target.mutable_dict(), call[1], call[2]);
    return target;
}

Value unset(Call& call) {
    if (!call[0].find(call.text(1)).is_valid()) return call[0];
    Value target = changeable(call[0]);
    target.mutable_dict()->erase(call.text(1));
    return target;
}

Value pick(Call& call) {
    const Ref<Dict> picked = Dict::create();
    for (const Value& key : call.from(1)) {
        const Value found = found_or(call[0], key.text(), Value());
        if (found.is_valid()) picked->set(key, found);
    }
    return Value::dict(picked);
}

Value omit(Call& call) {
    const auto omitted = call.from(1);
    const Ref<Dict> kept = Dict::create();
    for (const Entry& entry : call[0].entries()) {
        const std::string_view key = entry.key.text();
        const bool drop = std::any_of(omitted.begin(), omitted.end(), [&](const Value& other) {
            return other.text() == key;
        });
        if (!drop) kept->set(entry.key, found_or(call[0], key, Value::nil()));
    }
    return Value::dict(kept);
}

/// Compat: the forms without must give "" where mergo returns an error.
Value merged(Call& call, Merger::Mode mode, bool must) {
    Value target = call[0];
    for (const Value& source : call.from(1)) {
        if (source.is_nil()) continue;
        if (target.is_nil()) target = Value::dict(Dict::create());
        target = changeable(target);
        Merger merger(call, mode);
        if (merger.merge(*target.mutable_dict(), source)) continue;
        if (call.failed()) return {};
        return must ? call.fail(merger.error()) : Value::text("");
    }
    return target;
}

Value merge(Call& call) { return merged(call, Merger::Mode::Fill, false); }
Value must_merge(Call& call) { return merged(call, Merger::Mode::Fill, true); }
Value merge_overwrite(Call& call) { return merged(call, Merger::Mode::Overwrite, false); }
Value must_merge_overwrite(Call& call) { return merged(call, Merger::Mode::Overwrite, true); }

Value deep_copy(Call& call) {
    if (is_nil_any(call[0])) return call.fail("reflect: call of reflect.Value.Type on zero Value");
    return deep_copied(call, call[0]);
}

constexpr Function kFunctions[] = {
    {"dict", "...any", dict, "KEY VALUE...: a dict."},
    {"get", "map[string]any, string", get, "DICT KEY: the value, or \"\"."},
    {"hasKey", "map[string]any, string", has_key, "DICT KEY: whether it is there."},
    {"keys", "...map[string]any", keys, "The keys of each DICT, in order."},
    {"values", "map[string]any", values, "The values of DICT, in the order of its keys."},
    {"pluck", "string, ...map[string]any", pluck, "KEY DICT...: the value of each that has KEY."},
    {"dig", "...any", dig, "KEY... DEFAULT DICT: the value in dicts within dicts."},
    {"set", "map[string]any, string, any", set, "DICT KEY VALUE: DICT itself, changed."},
    {"unset", "map[string]any, string", unset, "DICT KEY: DICT itself, without KEY."},
    {"pick", "map[string]any, ...string", pick, "DICT KEY...: a copy with these keys only."},
    {"omit", "map[string]any, ...string", omit, "DICT KEY...: a copy without these keys."},
    {"merge",
     "map[string]any, ...map[string]any",
     merge,
     "DICT SOURCE...: DICT itself, filled where it has nothing or something empty."},
    {"mustMerge", "map[string]any, ...map[string]any", must_merge, "As merge, but may fail."},
    {"mergeOverwrite",
     "map[string]any, ...map[string]any",
     merge_overwrite,
     "DICT SOURCE...: DICT itself, with what each SOURCE has."},
    {"mustMergeOverwrite",
     "map[string]any, ...map[string]any",
     must_merge_overwrite,
     "As mergeOverwrite, but may fail."},
    {"deepCopy", "any", deep_copy, "A copy with copies of all lists and dicts in it."},
    {"mustDeepCopy", "any", deep_copy, "As deepCopy."},
};

}  // namespace

std::span<const Function> dict_functions() { return kFunctions; }

}  // namespace ww::tmpl::sprig
