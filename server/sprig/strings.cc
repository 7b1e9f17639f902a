// SPDX-License-Identifier: BSD-3-Clause
//
// sprig: trimming, case, cutting, searching and replacing. Positions and widths count bytes, as
// upstream's do.
#include <algorithm>

#include "base/unicode.h"
#include "sprig/functions.h"

namespace ww::sprig {
namespace {

tmpl::Value hello(tmpl::Call&) { return tmpl::Value::text("Hello!"); }

// ---- Trimming ----

/// What is left of `text` without leading and trailing runes that `drop` says yes to.
template <class Predicate>
std::string_view trimmed(std::string_view text, Predicate drop) {
    while (!text.empty()) {
        const DecodedRune first = decode_rune(text);
        if (!drop(first.rune)) break;
        text.remove_prefix(first.size);
    }
    while (!text.empty()) {
        const DecodedRune last = decode_last_rune(text);
        if (!drop(last.rune)) break;
        text.remove_suffix(last.size);
    }
    return text;
}

tmpl::Value trim(tmpl::Call& call) {
    return tmpl::Value::part(call[0], trimmed(call.text(0), is_space));
}

tmpl::Value trim_all(tmpl::Call& call) {
    std::u32string set;
    for (std::string_view rest = call.text(0); !rest.empty();) {
        const DecodedRune next = decode_rune(rest);
        set += next.rune;
        rest.remove_prefix(next.size);
    }
    const auto in_set = [&](char32_t rune) { return set.find(rune) != set.npos; };
    return tmpl::Value::part(call[1], trimmed(call.text(1), in_set));
}

tmpl::Value trim_prefix(tmpl::Call& call) {
    std::string_view text = call.text(1);
    if (text.starts_with(call.text(0))) text.remove_prefix(call.text(0).size());
    return tmpl::Value::part(call[1], text);
}

tmpl::Value trim_suffix(tmpl::Call& call) {
    std::string_view text = call.text(1);
    if (text.ends_with(call.text(0))) text.remove_suffix(call.text(0).size());
    return tmpl::Value::part(call[1], text);
}

// ---- Case ----

/// Each rune as `change` has it; bytes that are not UTF-8 become U+FFFD.
template <class Change>
tmpl::Value mapped(std::string_view text, Change change) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const DecodedRune next = decode_rune(text);
        append_rune(out, change(next.rune));
        text.remove_prefix(next.size);
    }
    return tmpl::Value::string(out);
}

tmpl::Value upper(tmpl::Call& call) { return mapped(call.text(0), to_upper); }
tmpl::Value lower(tmpl::Call& call) { return tmpl::Value::string(lower_case(call.text(0))); }

/// Compat: what ends a word is wider in ASCII (a quote, a hyphen) than beyond (white space only).
bool ends_word(char32_t rune) {
    if (rune < 0x80) {
        const bool alphanumeric = (rune >= '0' && rune <= '9') || (rune >= 'a' && rune <= 'z') ||
                                  (rune >= 'A' && rune <= 'Z') || rune == '_';
        return !alphanumeric;
    }
    return !is_letter(rune) && !is_digit(rune) && is_space(rune);
}

tmpl::Value title(tmpl::Call& call) {
    char32_t previous = ' ';
    return mapped(call.text(0), [&](char32_t rune) {
        const bool first = ends_word(std::exchange(previous, rune));
        return first ? to_title(rune) : rune;
    });
}

tmpl::Value untitle(tmpl::Call& call) {
    bool first = true;
    return mapped(call.text(0), [&](char32_t rune) {
        if (is_space(rune)) {
            first = true;
            return rune;
        }
        return std::exchange(first, false) ? to_lower(rune) : rune;
    });
}

/// Category Lt: a letter that is not upper case and has a lower case of its own.
bool is_title(char32_t rune) {
    return is_letter(rune) && !is_upper(rune) && to_lower(rune) != rune;
}

tmpl::Value swapcase(tmpl::Call& call) {
    bool first = true;  // of a word
    return mapped(call.text(0), [&](char32_t rune) {
        if (is_upper(rune) || is_title(rune)) {
            first = false;
            return to_lower(rune);
        }
        if (is_lower(rune)) return std::exchange(first, false) ? to_title(rune) : to_upper(rune);
        first = is_space(rune);
        return rune;
    });
}

// ---- Cutting ----

tmpl::Value fail_bounds(tmpl::Call& call, std::string_view range, size_t limit) {
    return call.fail("runtime error: slice bounds out of range [{}] with length {}", range, limit);
}

tmpl::Value substr(tmpl::Call& call) {
    const int64_t start = call.integer(0);
    const int64_t end = call.integer(1);
    const std::string_view text = call.text(2);
    const int64_t size = static_cast<int64_t>(text.size());
    const auto cut = [&](int64_t from, int64_t to) {
        return tmpl::Value::part(
            call[2], text.substr(static_cast<size_t>(from), static_cast<size_t>(to - from)));
    };
    if (start < 0) {
        if (end < 0) return call.fail("runtime error: slice bounds out of range [:{}]", end);
        return end > size ? fail_bounds(call, fmt::format(":{}", end), text.size()) : cut(0, end);
    }
    if (end < 0 || end > size) {
        if (start > size)
            return call.fail("runtime error: slice bounds out of range [{}:{}]", start, size);
        return cut(start, size);
    }
    if (start > end)
        return call.fail("runtime error: slice bounds out of range [{}:{}]", start, end);
    return cut(start, end);
}

tmpl::Value trunc(tmpl::Call& call) {
    const std::string_view text = call.text(1);
    const int64_t count = call.integer(0);
    const int64_t size = static_cast<int64_t>(text.size());
    if (count >= size || count <= -size) return call[1];
    if (count >= 0) return tmpl::Value::part(call[1], text.substr(0, static_cast<size_t>(count)));
    return tmpl::Value::part(call[1], text.substr(static_cast<size_t>(size + count)));
}

/// `width` is at least 4, and 7 if something is dropped on the left.
std::string abbreviated(std::string_view text, size_t offset, size_t width) {
    if (text.size() <= width) return std::string(text);
    const size_t kept = width - 3;
    offset = std::min(offset, text.size() - kept);
    if (offset <= 4) return std::string(text.substr(0, kept)) + "...";
    if (offset + kept < text.size()) return "..." + abbreviated(text.substr(offset), 0, kept);
    return "..." + std::string(text.substr(text.size() - kept));
}

tmpl::Value abbrev(tmpl::Call& call) {
    const int64_t width = call.integer(0);
    if (width < 4) return call[1];
    return tmpl::Value::string(abbreviated(call.text(1), 0, static_cast<size_t>(width)));
}

tmpl::Value abbrevboth(tmpl::Call& call) {
    const int64_t offset = std::max<int64_t>(call.integer(0), 0);
    const int64_t width = call.integer(1);
    if (width < 4 || (offset > 0 && width < 7)) return call[2];
    return tmpl::Value::string(
        abbreviated(call.text(2), static_cast<size_t>(offset), static_cast<size_t>(width)));
}

/// Compat: bytes are taken for runes, so text beyond ASCII comes out mangled.
tmpl::Value initials(tmpl::Call& call) {
    std::string out;
    bool gap = true;
    for (const char byte : call.text(0)) {
        const char32_t rune = static_cast<unsigned char>(byte);
        const bool space = is_space(rune);
        if (!space && gap) append_rune(out, rune);
        gap = space;
    }
    return tmpl::Value::string(out);
}

/// Compat: as initials, but text without white space is left alone.
tmpl::Value nospace(tmpl::Call& call) {
    std::string out;
    bool changed = false;
    for (const char byte : call.text(0)) {
        const char32_t rune = static_cast<unsigned char>(byte);
        if (is_space(rune))
            changed = true;
        else
            append_rune(out, rune);
    }
    return changed ? tmpl::Value::string(out) : call[0];
}

// ---- Searching and replacing ----

tmpl::Value contains(tmpl::Call& call) {
    return tmpl::Value::boolean(call.text(1).find(call.text(0)) != std::string_view::npos);
}
tmpl::Value has_prefix(tmpl::Call& call) {
    return tmpl::Value::boolean(call.text(1).starts_with(call.text(0)));
}
tmpl::Value has_suffix(tmpl::Call& call) {
    return tmpl::Value::boolean(call.text(1).ends_with(call.text(0)));
}

/// `addition` before every rune and at the end.
tmpl::Value interspersed(tmpl::Call& call, std::string_view addition, std::string_view text) {
    if (!call.may_use(text.size() + (count_runes(text) + 1) * addition.size())) return {};
    std::string out(addition);
    while (!text.empty()) {
        const auto size = decode_rune(text).size;
        out.append(text.substr(0, size)).append(addition);
        text.remove_prefix(size);
    }
    return tmpl::Value::string(out);
}

tmpl::Value replace(tmpl::Call& call) {
    const std::string_view old = call.text(0);
    const std::string_view with = call.text(1);
    const std::string_view text = call.text(2);
    if (old.empty()) return interspersed(call, with, text);

    size_t matches = 0;
    for (size_t at = 0; (at = text.find(old, at)) != text.npos; at += old.size()) ++matches;
    if (matches == 0) return call[2];
    const size_t size = text.size() - matches * old.size() + matches * with.size();
    if (!call.may_use(size)) return {};

    std::string out;
    out.reserve(size);
    size_t done = 0;
    for (size_t at = 0; (at = text.find(old, done)) != text.npos; done = at + old.size())
        out.append(text, done, at - done).append(with);
    return tmpl::Value::string(out.append(text, done));
}

tmpl::Value repeat(tmpl::Call& call) {
    const int64_t count = call.integer(0);
    const std::string_view text = call.text(1);
    if (count < 0) return call.fail("strings: negative Repeat count");
    size_t size = 0;
    if (__builtin_mul_overflow(text.size(), static_cast<size_t>(count), &size))
        return call.fail("strings: Repeat output length overflow");
    if (!call.may_use(size)) return {};
    std::string out;
    out.reserve(size);
    for (int64_t done = 0; done < count && !text.empty(); ++done) out += text;
    return tmpl::Value::string(out);
}

tmpl::Value plural(tmpl::Call& call) { return call.integer(2) == 1 ? call[0] : call[1]; }

constexpr tmpl::Function kStringFunctions[] = {
    {"hello", "", hello, "The text \"Hello!\"."},
    {"trim", "string", trim, "TEXT without white space at both ends."},
    {"trimAll", "string, string", trim_all, "CHARACTERS TEXT: TEXT without these at both ends."},
    {"trimall", "string, string", trim_all, "An old name of trimAll."},
    {"trimPrefix", "string, string", trim_prefix, "PREFIX TEXT: TEXT without PREFIX."},
    {"trimSuffix", "string, string", trim_suffix, "SUFFIX TEXT: TEXT without SUFFIX."},
    {"upper", "string", upper, "TEXT in upper case."},
    {"lower", "string", lower, "TEXT in lower case."},
    {"title", "string", title, "TEXT with each word's first letter as a capital."},
    {"untitle", "string", untitle, "TEXT with each word's first letter in lower case."},
    {"swapcase", "string", swapcase, "TEXT with upper and lower case exchanged."},
    {"substr", "int, int, string", substr, "START END TEXT: the bytes from START up to END."},
    {"trunc", "int, string", trunc, "N TEXT: the first N bytes, or the last -N."},
    {"abbrev", "int, string", abbrev, "WIDTH TEXT: TEXT cut to WIDTH bytes with an ellipsis."},
    {"abbrevboth",
     "int, int, string",
     abbrevboth,
     "OFFSET WIDTH TEXT: a WIDTH wide piece around OFFSET with ellipses."},
    {"initials", "string", initials, "The first letter of each word."},
    {"nospace", "string", nospace, "TEXT without any white space."},
    {"contains", "string, string", contains, "PART TEXT: whether PART occurs in TEXT."},
    {"hasPrefix", "string, string", has_prefix, "PREFIX TEXT: whether TEXT starts so."},
    {"hasSuffix", "string, string", has_suffix, "SUFFIX TEXT: whether TEXT ends so."},
    {"replace", "string, string, string", replace, "OLD NEW TEXT: every OLD replaced by NEW."},
    {"repeat", "int, string", repeat, "N TEXT: TEXT N times."},
    {"plural", "string, string, int", plural, "ONE MANY N: ONE if N is 1, else MANY."},
};

}  // namespace

std::span<const tmpl::Function> string_functions() { return kStringFunctions; }

}  // namespace ww::sprig
