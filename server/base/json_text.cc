// SPDX-License-Identifier: BSD-3-Clause
#include "base/json_text.h"

#include <fmt/format.h>

#include <iterator>

#include "base/unicode.h"

namespace ww {

namespace {

// JSON's short escape of a character, 0 if it has none.
char short_escape(char32_t rune) {
    switch (rune) {
        case '"':
        case '\\':
            return static_cast<char>(rune);
        case '\b':
            return 'b';
        case '\f':
            return 'f';
        case '\n':
            return 'n';
        case '\r':
            return 'r';
        case '\t':
            return 't';
        default:
            return 0;
    }
}

bool needs_number(DecodedRune next, JsonQuoting how) {
    const char32_t rune = next.rune;
    if (!next.valid()) return !how.keep_invalid;
    if (how.escape_html && (rune == '<' || rune == '>' || rune == '&')) return true;
    // U+2028 and U+2029 end a line in JavaScript.
    return rune < 0x20 || rune == 0x2028 || rune == 0x2029;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text, JsonQuoting how) {
    out += '"';
    while (!text.empty()) {
        const DecodedRune next = decode_rune(text);
        const auto size = next.size;
        if (const char escape = short_escape(next.rune))
            out += {'\\', escape};
        else if (needs_number(next, how))
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<uint32_t>(next.rune));
        else
            out += text.substr(0, size);
        text.remove_prefix(size);
    }
    out += '"';
}

std::string json_quote(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

}  // namespace ww
