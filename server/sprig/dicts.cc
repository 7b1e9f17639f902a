// SPDX-License-Identifier: BSD-3-Clause
//
// sprig: dicts, which are exactly map[string]any. Where upstream's order is that of a hash table,
// ours is that of the keys.
#include <algorithm>

#include "sprig/functions.h"
#include "sprig/merge.h"
#include "sprig/values.h"
#include "tmpl/dict.h"

namespace ww::sprig {
namespace {

tmpl::Value found_or(const tmpl::Value& dict, std::string_view key, const tmpl::Value& otherwise) {
    const tmpl::Value found = dict.find(key);
    if (!found.is_valid()) return otherwise;
    const tmpl::Value plain = found.unboxed();
    return plain.is_valid() ? plain : tmpl::Value::nil();
}

// ---- Making and reading ----

tmpl::Value dict(tmpl::Call& call) {
    const tmpl::Ref<tmpl::Dict> made = tmpl::Dict::create();
    for (size_t index = 0; index < call.size(); index += 2) {
        const tmpl::Value key = call[index].type() == tmpl::types::kString
                                    ? call[index]
                                    : tmpl::Value::string(text_of(call[index]));
        made->set(key, index + 1 < call.size() ? call[index + 1] : tmpl::Value::text(""));
    }
    return tmpl::Value::dict(made);
}

tmpl::Value get(tmpl::Call& call) { return found_or(call[0], call.text(1), tmpl::Value::text("")); }

tmpl::Value has_key(tmpl::Call& call) {
    return tmpl::Value::boolean(call[0].find(call.text(1)).is_valid());
}

tmpl::Value keys(tmpl::Call& call) {
    std::vector<tmpl::Value> all;
    for (const tmpl::Value& one : call.arguments())
        for (const tmpl::Entry& entry : one.entries()) all.push_back(entry.key);
    return tmpl::Value::list(tmpl::types::kStrings, std::move(all));
}

tmpl::Value values(tmpl::Call& call) {
    std::vector<tmpl::Value> all;
    for (const tmpl::Entry& entry : call[0].entries())
        all.push_back(found_or(call[0], entry.key.text(), tmpl::Value::nil()));
    return tmpl::Value::list(tmpl::types::kAnys, std::move(all));
}

tmpl::Value pluck(tmpl::Call& call) {
    std::vector<tmpl::Value> all;
    for (const tmpl::Value& one : call.from(1)) {
        tmpl::Value found = found_or(one, call.text(0), tmpl::Value());
        if (found.is_valid()) all.push_back(std::move(found));
    }
    return tmpl::Value::list(tmpl::types::kAnys, std::move(all));
}

tmpl::Value dig(tmpl::Call& call) {
    if (call.size() < 3) return call.fail("dig needs at least three arguments");
    const auto expect = [&](const tmpl::Value& value, tmpl::Type type) {
        if (value.type() == type) return true;
        const std::string_view name = is_nil_any(value) ? "nil" : value.type().name();
        call.fail("interface conversion: interface {{}} is {}, not {}", name, type.name());
        return false;
    };
    const size_t count = call.size() - 2;
    tmpl::Value current = call[count + 1];
    if (!expect(current, tmpl::types::kMapStringAny)) return {};
    for (const tmpl::Value& key : call.arguments().first(count))
        if (!expect(key, tmpl::types::kString)) return {};
    for (size_t index = 0; index < count; ++index) {
        if (!expect(current, tmpl::types::kMapStringAny)) return {};
        current = found_or(current, call.text(index), tmpl::Value());
        if (!current.is_valid()) return call[count];
    }
    return current;
}

// ---- Changing ----

tmpl::Value set(tmpl::Call& call) {
    if (call[0].is_nil()) return call.fail("assignment to entry in nil map");
    tmpl::Value target = changeable(call[0]);
    call.set_key(*target.mutable_dict(), call[1], call[2]);
    return target;
}

tmpl::Value unset(tmpl::Call& call) {
    if (!call[0].find(call.text(1)).is_valid()) return call[0];
    tmpl::Value target = changeable(call[0]);
    target.mutable_dict()->erase(call.text(1));
    return target;
}

tmpl::Value pick(tmpl::Call& call) {
    const tmpl::Ref<tmpl::Dict> picked = tmpl::Dict::create();
    for (const tmpl::Value& key : call.from(1)) {
        const tmpl::Value found = found_or(call[0], key.text(), tmpl::Value());
        if (found.is_valid()) picked->set(key, found);
    }
    return tmpl::Value::dict(picked);
}

tmpl::Value omit(tmpl::Call& call) {
    const auto omitted = call.from(1);
    const tmpl::Ref<tmpl::Dict> kept = tmpl::Dict::create();
    for (const tmpl::Entry& entry : call[0].entries()) {
        const std::string_view key = entry.key.text();
        const bool drop =
            std::any_of(omitted.begin(), omitted.end(), [&](const tmpl::Value& other) {
                return other.text() == key;
            });
        if (!drop) kept->set(entry.key, found_or(call[0], key, tmpl::Value::nil()));
    }
    return tmpl::Value::dict(kept);
}

tmpl::Value merged(tmpl::Call& call, Merger::Mode mode, OnError on_error) {
    tmpl::Value target = call[0];
    for (const tmpl::Value& source : call.from(1)) {
        if (source.is_nil()) continue;
        if (target.is_nil()) target = tmpl::Value::dict(tmpl::Dict::create());
        target = changeable(target);
        Merger merger(call, mode);
        if (merger.merge(*target.mutable_dict(), source)) continue;
        if (call.failed()) return {};
        return on_error == OnError::Fail ? call.fail(merger.error()) : tmpl::Value::text("");
    }
    return target;
}

tmpl::Value merge(tmpl::Call& call) { return merged(call, Merger::Mode::Fill, OnError::Nothing); }
tmpl::Value must_merge(tmpl::Call& call) { return merged(call, Merger::Mode::Fill, OnError::Fail); }
tmpl::Value merge_overwrite(tmpl::Call& call) {
    return merged(call, Merger::Mode::Overwrite, OnError::Nothing);
}
tmpl::Value must_merge_overwrite(tmpl::Call& call) {
    return merged(call, Merger::Mode::Overwrite, OnError::Fail);
}

tmpl::Value deep_copy(tmpl::Call& call) {
    if (is_nil_any(call[0])) return call.fail("reflect: call of reflect.Value.Type on zero Value");
    return deep_copied(call, call[0]);
}

constexpr tmpl::Function kDictFunctions[] = {
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

std::span<const tmpl::Function> dict_functions() { return kDictFunctions; }

}  // namespace ww::sprig
