// SPDX-License-Identifier: BSD-3-Clause
//
// sprig: regular expressions. A broken pattern is an error with or without must..., except for
// regexMatch, which then says false.
#include <limits>

#include "sprig/functions.h"
#include "sprig/regexp.h"

namespace ww::sprig {
namespace {

/// The first argument's pattern; null if the call has failed.
const Regexp* pattern_of(tmpl::Call& call) {
    if (!call.in_time()) return nullptr;
    std::string error;
    const Regexp* const regexp = Regexp::compile(call.text(0), error);
    if (!regexp) call.fail(std::move(error));
    return regexp;
}

tmpl::Value must_regex_match(tmpl::Call& call) {
    const Regexp* const regexp = pattern_of(call);
    return regexp ? tmpl::Value::boolean(regexp->matches(call.text(1))) : tmpl::Value();
}

tmpl::Value regex_match(tmpl::Call& call) {
    if (!call.in_time()) return {};
    std::string error;
    const Regexp* const regexp = Regexp::compile(call.text(0), error);
    return tmpl::Value::boolean(regexp && regexp->matches(call.text(1)));
}

tmpl::Value regex_find(tmpl::Call& call) {
    const Regexp* const regexp = pattern_of(call);
    if (!regexp) return {};
    tmpl::Value found = tmpl::Value::text("");
    regexp->find_all(call.text(1), [&](std::string_view match) {
        found = tmpl::Value::part(call[1], match);
        return false;
    });
    return found;
}

/// At most `limit` matches; the call may have failed (memory).
std::vector<tmpl::Value> find_all(tmpl::Call& call, const Regexp& regexp, size_t limit) {
    std::vector<tmpl::Value> found;
    if (limit == 0) return found;
    regexp.find_all(call.text(1), [&](std::string_view match) {
        constexpr size_t kAskEvery = 4096;
        if (found.size() % kAskEvery == 0 && !call.may_use(2 * found.size() * sizeof(tmpl::Value)))
            return false;
        if (!call.in_time()) return false;  // each match may have looked at all of the text
        found.push_back(tmpl::Value::part(call[1], match));
        return found.size() < limit;
    });
    return found;
}

size_t limit_of(int64_t count) {
    return count < 0 ? std::numeric_limits<size_t>::max() : static_cast<size_t>(count);
}

tmpl::Value regex_find_all(tmpl::Call& call) {
    const Regexp* const regexp = pattern_of(call);
    if (!regexp) return {};
    std::vector<tmpl::Value> found = find_all(call, *regexp, limit_of(call.integer(2)));
    if (call.failed()) return {};
    return found.empty() ? tmpl::Value::nil_of(tmpl::types::kStrings)
                         : tmpl::Value::list(tmpl::types::kStrings, std::move(found));
}

/// Compat: an empty match at the start separates nothing, and no part follows one at the end.
tmpl::Value regex_split(tmpl::Call& call) {
    const Regexp* const regexp = pattern_of(call);
    if (!regexp) return {};
    const std::string_view text = call.text(1);
    const size_t limit = limit_of(call.integer(2));
    if (limit == 0) return tmpl::Value::nil_of(tmpl::types::kStrings);
    if (text.empty() && !call.text(0).empty())
        return tmpl::Value::list(tmpl::types::kStrings, {call[1]});

    std::vector<tmpl::Value> parts;
    const auto offset = [&](const char* at) { return static_cast<size_t>(at - text.data()); };
    size_t begin = 0;
    size_t end = 0;
    for (const tmpl::Value& separator : find_all(call, *regexp, limit)) {
        if (parts.size() + 1 >= limit) break;
        const std::string_view match = separator.text();
        end = offset(match.data());
        const size_t next = end + match.size();
        if (next != 0) parts.push_back(tmpl::Value::part(call[1], text.substr(begin, end - begin)));
        begin = next;
    }
    if (call.failed()) return {};
    if (end != text.size()) parts.push_back(tmpl::Value::part(call[1], text.substr(begin)));
    return tmpl::Value::list(tmpl::types::kStrings, std::move(parts));
}

enum class Replacement { Expanded, Literal };

tmpl::Value replaced(tmpl::Call& call, Replacement how) {
    const Regexp* const regexp = pattern_of(call);
    if (!regexp) return {};
    const std::string_view replacement = call.text(2);
    size_t next_check = size_t{1} << 16;
    const std::string out =
        regexp->replace_all(call.text(1), [&](std::string& text, const Regexp::Groups& groups) {
            if (how == Replacement::Literal)
                text += replacement;
            else
                regexp->expand(text, replacement, groups);
            if (!call.in_time()) return false;
            if (text.size() < next_check) return true;
            next_check = 2 * text.size();
            return call.may_use(next_check);
        });
    return call.failed() ? tmpl::Value() : tmpl::Value::string(out);
}

tmpl::Value regex_replace_all(tmpl::Call& call) { return replaced(call, Replacement::Expanded); }
tmpl::Value regex_replace_all_literal(tmpl::Call& call) {
    return replaced(call, Replacement::Literal);
}

tmpl::Value regex_quote_meta(tmpl::Call& call) {
    return tmpl::Value::string(quote_meta(call.text(0)));
}

constexpr std::string_view kReplaceDoc =
    "PATTERN TEXT NEW: every match replaced by NEW, with $1 or ${name} for its groups.";

constexpr tmpl::Function kRegexFunctions[] = {
    {"regexMatch", "string, string", regex_match, "PATTERN TEXT: whether it matches somewhere."},
    {"mustRegexMatch", "string, string", must_regex_match, "As regexMatch, but may fail."},
    {"regexFind", "string, string", regex_find, "PATTERN TEXT: the first match, or \"\"."},
    {"mustRegexFind", "string, string", regex_find, "As regexFind."},
    {"regexFindAll",
     "string, string, int",
     regex_find_all,
     "PATTERN TEXT N: the first N matches, or all if N is negative."},
    {"mustRegexFindAll", "string, string, int", regex_find_all, "As regexFindAll."},
    {"regexReplaceAll", "string, string, string", regex_replace_all, kReplaceDoc},
    {"mustRegexReplaceAll", "string, string, string", regex_replace_all, "As regexReplaceAll."},
    {"regexReplaceAllLiteral",
     "string, string, string",
     regex_replace_all_literal,
     "PATTERN TEXT NEW: every match replaced by NEW as it is."},
    {"mustRegexReplaceAllLiteral",
     "string, string, string",
     regex_replace_all_literal,
     "As regexReplaceAllLiteral."},
    {"regexSplit",
     "string, string, int",
     regex_split,
     "PATTERN TEXT N: the parts between matches, at most N, or all if N is negative."},
    {"mustRegexSplit", "string, string, int", regex_split, "As regexSplit."},
    {"regexQuoteMeta", "string", regex_quote_meta, "TEXT as a pattern that matches just it."},
};

}  // namespace

std::span<const tmpl::Function> regex_functions() { return kRegexFunctions; }

}  // namespace ww::sprig
