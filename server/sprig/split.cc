// SPDX-License-Identifier: BSD-3-Clause
//
// sprig: text to lists of texts and back.
#include <algorithm>
#include <limits>

#include "base/unicode.h"
#include "sprig/functions.h"
#include "sprig/values.h"
#include "tmpl/dict.h"

namespace ww::sprig {
namespace {

/// The parts of `whole` between separators, or its runes if the separator is empty; at most
/// `limit`, the last of which holds the rest.
std::vector<tmpl::Value> parts_of(tmpl::Call& call,
                                  const tmpl::Value& whole,
                                  std::string_view separator,
                                  size_t limit) {
    std::string_view text = whole.text();
    std::vector<tmpl::Value> parts;
    if (limit == 0 || (separator.empty() && text.empty())) return parts;
    // One value per byte at worst.
    if (separator.size() < 2 && !call.may_use(std::min(text.size(), limit) * sizeof(tmpl::Value)))
        return {};
    while (parts.size() + 1 < limit) {
        size_t end = separator.empty() ? decode_rune(text).size : text.find(separator);
        if (end == text.npos || (separator.empty() && end == text.size())) break;
        parts.push_back(tmpl::Value::part(whole, text.substr(0, end)));
        text.remove_prefix(end + separator.size());
    }
    parts.push_back(tmpl::Value::part(whole, text));
    return parts;
}

constexpr size_t kAll = std::numeric_limits<size_t>::max();

/// {"_0": first, "_1": second, ...}
tmpl::Value numbered(tmpl::Call& call, const std::vector<tmpl::Value>& parts) {
    if (call.failed()) return {};
    const tmpl::Ref<tmpl::Dict> dict = tmpl::Dict::create(tmpl::types::kMapStringString);
    for (size_t index = 0; index < parts.size(); ++index)
        dict->set(tmpl::Value::string("_" + std::to_string(index)), parts[index]);
    return tmpl::Value::dict(dict);
}

tmpl::Value split(tmpl::Call& call) {
    return numbered(call, parts_of(call, call[1], call.text(0), kAll));
}

tmpl::Value splitn(tmpl::Call& call) {
    const int64_t count = call.integer(1);
    const size_t limit = count < 0 ? kAll : static_cast<size_t>(count);
    return numbered(call, parts_of(call, call[2], call.text(0), limit));
}

tmpl::Value split_list(tmpl::Call& call) {
    return tmpl::Value::list(tmpl::types::kStrings, parts_of(call, call[1], call.text(0), kAll));
}

tmpl::Value to_strings(tmpl::Call& call) { return strings_of(call, call[0]); }

tmpl::Value join(tmpl::Call& call) {
    const tmpl::Value texts = strings_of(call, call[1]);
    if (call.failed()) return {};
    const std::string_view separator = call.text(0);
    const size_t count = texts.length();
    if (count == 0) return tmpl::Value::text("");

    size_t size = (count - 1) * separator.size();
    for (size_t index = 0; index < count; ++index) size += texts.at(index).text().size();
    if (!call.may_use(size)) return {};
    std::string out;
    out.reserve(size);
    for (size_t index = 0; index < count; ++index) {
        if (index > 0) out += separator;
        out += texts.at(index).text();
    }
    return tmpl::Value::string(out);
}

/// Compat: a []string is sorted in place, as far as the template made it.
tmpl::Value sort_alpha(tmpl::Call& call) {
    if (is_nil_any(call[0]))
        return tmpl::Value::list(tmpl::types::kStrings, {tmpl::Value::text("<nil>")});
    tmpl::Value texts = strings_of(call, call[0]);
    if (call.failed()) return {};
    if (texts.length() == 0) return texts;
    if (!texts.mutable_elements())
        texts = tmpl::Value::list(tmpl::types::kStrings, elements(texts));
    tmpl::Value* const begin = texts.mutable_elements();
    std::sort(begin, begin + texts.length(), [](const tmpl::Value& a, const tmpl::Value& b) {
        return a.text() < b.text();
    });
    return texts;
}

constexpr tmpl::Function kSplitFunctions[] = {
    {"split", "string, string", split, "SEPARATOR TEXT: a dict of the parts, _0, _1 and so on."},
    {"splitn", "string, int, string", splitn, "SEPARATOR N TEXT: as split, with at most N parts."},
    {"splitList", "string, string", split_list, "SEPARATOR TEXT: a list of the parts."},
    {"toStrings", "any", to_strings, "The elements of LIST as texts."},
    {"join", "string, any", join, "SEPARATOR LIST: its elements' texts in one."},
    {"sortAlpha", "any", sort_alpha, "The elements of LIST as texts, sorted by their bytes."},
};

}  // namespace

std::span<const tmpl::Function> split_functions() { return kSplitFunctions; }

}  // namespace ww::sprig
