// SPDX-License-Identifier: BSD-3-Clause
//
// sprig: quoting, indenting, wrapping, and the conventions of program names (snake_case,
// kebab-case, CamelCase).
#include <algorithm>

#include "base/quote.h"
#include "sprig/functions.h"
#include "sprig/values.h"
#include "sprig/words.h"

namespace ww::sprig {
namespace {

tmpl::Value to_string(tmpl::Call& call) {
    return call[0].type() == tmpl::types::kString ? call[0] : made(call, text_of(call[0]));
}

// ---- Quoting ----

/// The non-nil arguments with `append` writing each, and a space in between.
template <class Append>
tmpl::Value spaced(tmpl::Call& call, Append append) {
    std::string out;
    bool first = true;
    for (const tmpl::Value& value : call.arguments()) {
        if (is_nil_any(value)) continue;
        if (!std::exchange(first, false)) out += ' ';
        append(out, value);
        if (!fits(call, out)) return {};
    }
    return tmpl::Value::string(out);
}

tmpl::Value quote(tmpl::Call& call) {
    return spaced(call, [](std::string& out, const tmpl::Value& value) {
        append_quoted(out, text_of(value));
    });
}

tmpl::Value squote(tmpl::Call& call) {
    return spaced(call, [](std::string& out, const tmpl::Value& value) {
        out.append("'").append(printed(value)).append("'");
    });
}

tmpl::Value cat(tmpl::Call& call) {
    return spaced(call, [](std::string& out, const tmpl::Value& value) { out += printed(value); });
}

// ---- Indenting ----

tmpl::Value indented(tmpl::Call& call, std::string_view before) {
    const int64_t width = call.integer(0);
    const std::string_view text = call.text(1);
    if (width < 0) return call.fail("strings: negative Repeat count");
    const auto lines = static_cast<size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    size_t padding = 0;
    if (__builtin_mul_overflow(lines, static_cast<size_t>(width), &padding))
        return call.fail("strings: Repeat output length overflow");
    if (!call.may_use(padding + text.size())) return {};

    const std::string pad(static_cast<size_t>(width), ' ');
    std::string out(before);
    out.reserve(padding + text.size() + 1);
    out += pad;
    for (const char byte : text) {
        out += byte;
        if (byte == '\n') out += pad;
    }
    return tmpl::Value::string(out);
}

tmpl::Value indent(tmpl::Call& call) { return indented(call, ""); }
tmpl::Value nindent(tmpl::Call& call) { return indented(call, "\n"); }

// ---- Wrapping ----

/// Breaks at spaces so that lines keep within `width` bytes where they can; a longer word is cut if
/// `cut_words`, else it sticks out. Spaces at the start of a line go, others stay.
struct Wrapping {
    int64_t width = 1;
    std::string_view newline = "\n";
    bool cut_words = false;
};
tmpl::Value wrapped(tmpl::Call& call, std::string_view text, const Wrapping& how) {
    const size_t width = how.width < 1 ? 1 : static_cast<size_t>(how.width);
    const std::string_view newline = how.newline.empty() ? "\n" : how.newline;
    // Any two lines together are longer than `width`.
    if (!call.may_use(text.size() + (2 * (text.size() / width) + 1) * newline.size())) return {};
    std::string out;
    while (text.size() > width) {
        if (text.front() == ' ') {
            text.remove_prefix(1);
            continue;
        }
        size_t end = text.substr(0, width + 1).rfind(' ');
        size_t next = end + 1;
        if (end == text.npos && how.cut_words) {
            end = next = width;
        } else if (end == text.npos) {
            end = text.find(' ', width);
            if (end == text.npos) break;
            next = end + 1;
        }
        out.append(text.substr(0, end)).append(newline);
        text.remove_prefix(next);
    }
    return tmpl::Value::string(out.append(text));
}

tmpl::Value wrap(tmpl::Call& call) {
    return wrapped(call, call.text(1), {.width = call.integer(0)});
}

tmpl::Value wrap_with(tmpl::Call& call) {
    return wrapped(
        call, call.text(2), {.width = call.integer(0), .newline = call.text(1), .cut_words = true});
}

// ---- Program names ----

tmpl::Value snakecase(tmpl::Call& call) {
    return tmpl::Value::string(joined_words(call.text(0), '_'));
}
tmpl::Value kebabcase(tmpl::Call& call) {
    return tmpl::Value::string(joined_words(call.text(0), '-'));
}
tmpl::Value camelcase(tmpl::Call& call) { return tmpl::Value::string(camel_case(call.text(0))); }

constexpr tmpl::Function kLayoutFunctions[] = {
    {"toString", "any", to_string, "VALUE as text."},
    {"quote", "...any", quote, "Each VALUE as text in double quotes, with escapes."},
    {"squote", "...any", squote, "Each VALUE in single quotes, without escapes."},
    {"cat", "...any", cat, "The VALUES with spaces in between; nil ones are left out."},
    {"indent", "int, string", indent, "N TEXT: each line of TEXT behind N spaces."},
    {"nindent", "int, string", nindent, "N TEXT: a newline, then TEXT indented."},
    {"wrap", "int, string", wrap, "WIDTH TEXT: lines broken at spaces."},
    {"wrapWith",
     "int, string, string",
     wrap_with,
     "WIDTH SEPARATOR TEXT: as wrap, with SEPARATOR as line end and long words cut."},
    {"snakecase", "string", snakecase, "\"FirstName\" as \"first_name\"."},
    {"kebabcase", "string", kebabcase, "\"FirstName\" as \"first-name\"."},
    {"camelcase", "string", camelcase, "\"first_name\" as \"FirstName\"."},
};

}  // namespace

std::span<const tmpl::Function> layout_functions() { return kLayoutFunctions; }

}  // namespace ww::sprig
