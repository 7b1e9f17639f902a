// SPDX-License-Identifier: BSD-3-Clause
#include "tmpl/escape.h"

#include <fmt/format.h>

#include <iterator>

#include "base/unicode.h"

namespace ww::tmpl {

void append_html_escaped(std::string& out, std::string_view text) {
    for (const char c : text) {
        switch (c) {
            case '\0':
                out += "\xEF\xBF\xBD";
                break;
            case '"':
                out += "&#34;";
                break;
            case '\'':
                out += "&#39;";
                break;
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            default:
                out += c;
        }
    }
}

void append_js_escaped(std::string& out, std::string_view text) {
    while (!text.empty()) {
        const DecodedRune next = decode_rune(text);
        const std::string_view bytes = text.substr(0, next.size);
        text.remove_prefix(bytes.size());
        const char32_t rune = next.rune;
        if (rune == '\\' || rune == '\'' || rune == '"') {
            out += '\\';
            out += bytes;
        } else if (rune < ' ' || rune == '<' || rune == '>' || rune == '&' || rune == '=' ||
                   (rune >= 0x80 && !is_print(rune))) {
            fmt::format_to(std::back_inserter(out), "\\u{:04X}", static_cast<uint32_t>(rune));
        } else {
            out += bytes;
        }
    }
}

void append_query_escaped(std::string& out, std::string_view text) {
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool letter = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
        const bool digit = byte >= '0' && byte <= '9';
        if (letter || digit || c == '-' || c == '_' || c == '.' || c == '~')
            out += c;
        else if (c == ' ')
            out += '+';
        else
            fmt::format_to(std::back_inserter(out), "%{:02X}", byte);
    }
}

}  // namespace ww::tmpl
