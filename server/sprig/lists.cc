// SPDX-License-Identifier: BSD-3-Clause
//
// sprig: lists. The subject may be a list of any type, the result is a new []any unless it says
// otherwise. The must... twins differ in nothing a template can see: an error ends it either way.
#include <cmath>
#include <iterator>
#include <optional>
#include <string>
#include <unordered_set>

#include "sprig/functions.h"
#include "sprig/values.h"
#include "tmpl/compare.h"

namespace ww::sprig {
namespace {

tmpl::Value any_list(std::vector<tmpl::Value> items) {
    return tmpl::Value::list(tmpl::types::kAnys, std::move(items));
}

/// Whether argument `index` is a list; if not, the call has failed: "Cannot ACTION on type KIND".
bool is_list(tmpl::Call& call, size_t index, std::string_view action) {
    const tmpl::Value& value = call[index];
    if (value.kind() == tmpl::Kind::Slice) return true;
    if (is_nil_any(value))
        fail_nil(call);
    else
        call.fail("Cannot {} type {}", action, value.type().kind_name());
    return false;
}

/// The elements from `begin` to `end`, behind `before` and in front of `after`.
tmpl::Value copied(tmpl::Call& call,
                   const tmpl::Value& list,
                   size_t begin,
                   size_t end,
                   const tmpl::Value* before = nullptr,
                   const tmpl::Value* after = nullptr) {
    if (!call.may_use((end - begin + 1) * sizeof(tmpl::Value))) return {};
    std::vector<tmpl::Value> items;
    items.reserve(end - begin + 1);
    if (before) items.push_back(*before);
    for (size_t index = begin; index < end; ++index) items.push_back(element(list, index));
    if (after) items.push_back(*after);
    return any_list(std::move(items));
}

// ---- Making and taking apart ----

tmpl::Value list(tmpl::Call& call) {
    return any_list({call.arguments().begin(), call.arguments().end()});
}

tmpl::Value push(tmpl::Call& call) {
    if (!is_list(call, 0, "push on")) return {};
    return copied(call, call[0], 0, call[0].length(), nullptr, &call[1]);
}

tmpl::Value prepend(tmpl::Call& call) {
    if (!is_list(call, 0, "prepend on")) return {};
    return copied(call, call[0], 0, call[0].length(), &call[1]);
}

tmpl::Value first(tmpl::Call& call) {
    if (!is_list(call, 0, "find first on")) return {};
    return call[0].length() == 0 ? tmpl::Value::nil() : element(call[0], 0);
}

tmpl::Value last(tmpl::Call& call) {
    if (!is_list(call, 0, "find last on")) return {};
    const size_t size = call[0].length();
    return size == 0 ? tmpl::Value::nil() : element(call[0], size - 1);
}

tmpl::Value rest(tmpl::Call& call) {
    if (!is_list(call, 0, "find rest on")) return {};
    const size_t size = call[0].length();
    return size == 0 ? tmpl::Value::nil_of(tmpl::types::kAnys) : copied(call, call[0], 1, size);
}

tmpl::Value initial(tmpl::Call& call) {
    if (!is_list(call, 0, "find initial on")) return {};
    const size_t size = call[0].length();
    return size == 0 ? tmpl::Value::nil_of(tmpl::types::kAnys) : copied(call, call[0], 0, size - 1);
}

/// Compat: a nil list if there is nothing in it.
tmpl::Value concat(tmpl::Call& call) {
    std::vector<tmpl::Value> items;
    for (const tmpl::Value& value : call.arguments()) {
        if (is_nil_any(value)) return fail_nil(call);
        if (value.kind() != tmpl::Kind::Slice)
            return call.fail("Cannot concat type {} as list", value.type().kind_name());
        if (!call.may_use((items.size() + value.length()) * sizeof(tmpl::Value))) return {};
        std::vector<tmpl::Value> more = elements(value);
        items.insert(items.end(), std::move_iterator(more.begin()), std::move_iterator(more.end()));
    }
    return items.empty() ? tmpl::Value::nil_of(tmpl::types::kAnys) : any_list(std::move(items));
}

/// Part of the list itself, of its type. Compat: an empty list gives nil, whatever the positions.
tmpl::Value slice(tmpl::Call& call) {
    const tmpl::Value& whole = call[0];
    if (is_nil_any(whole)) return fail_nil(call);
    if (whole.kind() != tmpl::Kind::Slice)
        return call.fail("list should be type of slice or array but {}", whole.type().kind_name());
    if (whole.length() == 0) return tmpl::Value::nil();
    const int64_t begin = call.size() > 1 ? to_int64(call[1]) : 0;
    const int64_t end = call.size() > 2 ? to_int64(call[2]) : static_cast<int64_t>(whole.length());
    if (begin < 0 || end < begin || end > static_cast<int64_t>(whole.capacity()))
        return call.fail("reflect.Value.Slice: slice index out of bounds");
    return tmpl::Value::sublist(whole, static_cast<size_t>(begin), static_cast<size_t>(end));
}

/// Compat: the sizes come from divisions of floats, so a negative SIZE can work on a short list.
tmpl::Value chunk(tmpl::Call& call) {
    if (!is_list(call, 1, "chunk")) return {};
    const tmpl::Value& whole = call[1];
    const auto size = static_cast<double>(call.integer(0));
    const auto length = static_cast<double>(whole.length());
    const double count = std::floor((length - 1) / size) + 1;
    const auto fail_size = [&] { return call.fail("runtime error: makeslice: len out of range"); };
    if (!(count >= 0 && count <= length + 1)) return fail_size();

    std::vector<tmpl::Value> chunks;
    size_t position = 0;
    for (double index = 0; index < count; ++index) {
        double wanted = size;
        if (index == count - 1 && std::fmod(length, size) != 0)
            wanted = std::floor(std::fmod(length, size));
        if (wanted < 0) return fail_size();
        const size_t end = position + static_cast<size_t>(wanted);
        chunks.push_back(copied(call, whole, position, end));
        if (call.failed()) return {};
        position = end;
    }
    return tmpl::Value::list(tmpl::types::kAnyLists, std::move(chunks));
}

// ---- Rearranging and choosing ----

tmpl::Value reverse(tmpl::Call& call) {
    if (!is_list(call, 0, "find reverse on")) return {};
    const std::vector<tmpl::Value> items = elements(call[0]);
    return any_list({items.rbegin(), items.rend()});
}

bool holds(std::span<const tmpl::Value> items, const tmpl::Value& wanted) {
    for (const tmpl::Value& item : items)
        if (tmpl::deep_equal(wanted, item)) return true;
    return false;
}

/// What a value is told apart by without looking at others: texts and whole numbers, which make up
/// nearly all long lists. Nothing for the rest.
std::optional<std::string> key_of(const tmpl::Value& value) {
    const tmpl::Kind kind = value.kind();
    std::string key(value.type().name());
    if (kind == tmpl::Kind::String) return key.append(1, '\0').append(value.text());
    if (kind < tmpl::Kind::Bool || kind > tmpl::Kind::Uint64) return {};
    return key.append(1, '\0').append(std::to_string(value.as_int()));
}

tmpl::Value uniq(tmpl::Call& call) {
    if (!is_list(call, 0, "find uniq on")) return {};
    std::unordered_set<std::string> keys;
    std::vector<tmpl::Value> kept;
    std::vector<tmpl::Value> others;  // those without a key
    for (tmpl::Value& item : elements(call[0])) {
        if (auto key = key_of(item)) {
            if (!keys.insert(std::move(*key)).second) continue;
        } else {
            if (holds(others, item)) continue;
            others.push_back(item);
        }
        kept.push_back(std::move(item));
    }
    return any_list(std::move(kept));
}

tmpl::Value without(tmpl::Call& call) {
    if (!is_list(call, 0, "find without on")) return {};
    std::vector<tmpl::Value> kept;
    for (tmpl::Value& item : elements(call[0]))
        if (!holds(call.from(1), item)) kept.push_back(std::move(item));
    return any_list(std::move(kept));
}

tmpl::Value compact(tmpl::Call& call) {
    if (!is_list(call, 0, "compact on")) return {};
    std::vector<tmpl::Value> kept;
    for (tmpl::Value& item : elements(call[0]))
        if (!is_empty(item)) kept.push_back(std::move(item));
    return any_list(std::move(kept));
}

tmpl::Value has(tmpl::Call& call) {
    if (is_nil_any(call[1])) return tmpl::Value::boolean(false);
    if (!is_list(call, 1, "find has on")) return {};
    return tmpl::Value::boolean(holds(elements(call[1]), call[0]));
}

constexpr tmpl::Function kListFunctions[] = {
    {"list", "...any", list, "A list of the VALUES."},
    {"tuple", "...any", list, "An old name of list."},
    {"append", "any, any", push, "LIST VALUE: a copy with VALUE at the end."},
    {"mustAppend", "any, any", push, "As append."},
    {"push", "any, any", push, "As append."},
    {"mustPush", "any, any", push, "As append."},
    {"prepend", "any, any", prepend, "LIST VALUE: a copy with VALUE in front."},
    {"mustPrepend", "any, any", prepend, "As prepend."},
    {"first", "any", first, "The first element, or nil."},
    {"mustFirst", "any", first, "As first."},
    {"last", "any", last, "The last element, or nil."},
    {"mustLast", "any", last, "As last."},
    {"rest", "any", rest, "All elements but the first."},
    {"mustRest", "any", rest, "As rest."},
    {"initial", "any", initial, "All elements but the last."},
    {"mustInitial", "any", initial, "As initial."},
    {"concat", "...any", concat, "The elements of all LISTS in one."},
    {"slice", "any, ...any", slice, "LIST [BEGIN [END]]: the elements from BEGIN up to END."},
    {"mustSlice", "any, ...any", slice, "As slice."},
    {"chunk", "int, any", chunk, "SIZE LIST: lists of SIZE elements each."},
    {"mustChunk", "int, any", chunk, "As chunk."},
    {"reverse", "any", reverse, "The elements from last to first."},
    {"mustReverse", "any", reverse, "As reverse."},
    {"uniq", "any", uniq, "The elements without repetitions."},
    {"mustUniq", "any", uniq, "As uniq."},
    {"without", "any, ...any", without, "LIST VALUE...: the elements that equal no VALUE."},
    {"mustWithout", "any, ...any", without, "As without."},
    {"compact", "any", compact, "The elements that are not empty."},
    {"mustCompact", "any", compact, "As compact."},
    {"has", "any, any", has, "VALUE LIST: whether an element equals VALUE."},
    {"mustHas", "any, any", has, "As has."},
};

}  // namespace

std::span<const tmpl::Function> list_functions() { return kListFunctions; }

}  // namespace ww::sprig
