// SPDX-License-Identifier: BSD-3-Clause
#include "yaml/writer.h"

#include <fmt/format.h>

#include <cmath>

#include "base/unicode.h"
#include "golib/strconv.h"
#include "yaml/scalar.h"

namespace ww::yaml {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A character of UTF-8 text; length 0 marks bytes that are not UTF-8.
bool is_break(uint32_t code) {
    return code == '\n' || code == '\r' || code == 0x85 || code == 0x2028 || code == 0x2029;
}

// Compat: characters beyond the basic plane are escaped.
bool is_printable(uint32_t code) {
    return code == '\n' || (code >= 0x20 && code <= 0x7E) || (code >= 0xA0 && code <= 0xD7FF) ||
           (code >= 0xE000 && code <= 0xFFFD && code != 0xFEFF);
}

// What a text holds, as far as its style depends on it.
struct Traits {
    bool utf8 = true;
    bool newline = false;
    bool other_break = false;
    bool special = false;  // to be escaped
    bool tab = false;
    bool indicator = false;  // would be read as syntax if plain
    bool outer_space = false;
    bool trailing_space = false;
    bool space_before_break = false;
    bool leading_break = false;
};

bool indicates(std::string_view text, size_t at, bool after_blank) {
    const bool before_blank = at + 1 >= text.size() || text[at + 1] == ' ' || text[at + 1] == '\t';
    const char c = text[at];
    if (at == 0) {
        if (std::string_view("#,[]{}&*!|>'\"%@`").find(c) != std::string_view::npos) return true;
        return (c == '?' || c == ':' || c == '-') && before_blank;
    }
    return (c == ':' && before_blank) || (c == '#' && after_blank);
}

Traits traits_of(std::string_view text) {
    Traits out;
    out.indicator = text.starts_with("---") || text.starts_with("...");
    bool after_space = false;
    bool after_blank = true;
    for (size_t at = 0; at < text.size();) {
        const DecodedRune c = decode_rune(text.substr(at));
        if (!c.valid()) {
            out.utf8 = false;
            return out;
        }
        out.indicator = out.indicator || indicates(text, at, after_blank);
        const bool last = at + c.size == text.size();
        if (c.rune == '\t')
            out.tab = true;
        else if (!is_printable(c.rune))
            out.special = true;
        if (is_break(c.rune)) {
            (c.rune == '\n' ? out.newline : out.other_break) = true;
            out.leading_break = out.leading_break || at == 0;
            out.space_before_break = out.space_before_break || after_space;
        }
        if (c.rune == ' ') {
            out.outer_space = out.outer_space || at == 0 || last;
            out.trailing_space = out.trailing_space || last;
        }
        after_space = c.rune == ' ';
        after_blank = c.rune == ' ' || c.rune == '\t' || is_break(c.rune);
        at += c.size;
    }
    return out;
}

// [-+]?D[D_]*(:[0-5]?D)+(.[D_]*)?: a number in base 60 to older readers.
bool is_base60(std::string_view text) {
    size_t at = 0;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    if (at >= text.size() || !is_digit(text[at])) return false;
    while (at < text.size() && (is_digit(text[at]) || text[at] == '_')) ++at;
    size_t groups = 0;
    while (at < text.size() && text[at] == ':') {
        const bool two = at + 2 < text.size() && text[at + 1] <= '5' && is_digit(text[at + 1]) &&
                         is_digit(text[at + 2]);
        const bool one = at + 1 < text.size() && is_digit(text[at + 1]);
        if (!two && !one) return false;
        at += two ? 3 : 2;
        ++groups;
    }
    if (at < text.size() && text[at] == '.') {
        ++at;
        while (at < text.size() && (is_digit(text[at]) || text[at] == '_')) ++at;
    }
    return groups > 0 && at == text.size();
}

bool reads_as_text(std::string_view text) {
    const std::string_view tag = resolve_plain(text).tag;
    const bool is_text = tag == "!!str" || tag == "!!merge";
    return is_text && !is_base60(text) && !yaml11_bool(text).has_value();
}

std::string double_quoted(std::string_view text) {
    struct Escape {
        uint32_t code;
        std::string_view text;
    };
    static constexpr Escape kEscapes[] = {
        {0x00, "\\0"},
        {0x07, "\\a"},
        {0x08, "\\b"},
        {0x09, "\\t"},
        {0x0A, "\\n"},
        {0x0B, "\\v"},
        {0x0C, "\\f"},
        {0x0D, "\\r"},
        {0x1B, "\\e"},
        {0x22, "\\\""},
        {0x5C, "\\\\"},
        {0x85, "\\N"},
        {0xA0, "\\_"},
        {0x2028, "\\L"},
        {0x2029, "\\P"},
    };
    // Compat: behind a byte order mark at its start, upstream's library escapes every character.
    const bool marked = text.starts_with("\uFEFF");
    std::string out = "\"";
    for (size_t at = 0; at < text.size();) {
        const DecodedRune c = decode_rune(text.substr(at));
        const bool plain =
            !marked && is_printable(c.rune) && !is_break(c.rune) && c.rune != '"' && c.rune != '\\';
        if (plain) {
            out += text.substr(at, c.size);
        } else {
            const uint32_t code = c.rune;
            std::string escape;
            for (const Escape& row : kEscapes)
                if (row.code == code) escape = row.text;
            if (escape.empty() && code <= 0xFF) escape = fmt::format("\\x{:02X}", code);
            if (escape.empty() && code <= 0xFFFF) escape = fmt::format("\\u{:04X}", code);
            if (escape.empty()) escape = fmt::format("\\U{:08X}", code);
            out += escape;
        }
        at += c.size;
    }
    return out + "\"";
}

std::string single_quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') out += '\'';
        out += c;
    }
    return out + "'";
}

std::string base64(std::string_view bytes) {
    static constexpr char kAlphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (size_t at = 0; at < bytes.size(); at += 3) {
        uint32_t group = 0;
        for (size_t i = 0; i < 3; ++i)
            group = group << 8 |
                    (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0);
        for (size_t i = 0; i < 4; ++i)
            out += at + i > bytes.size() ? '=' : kAlphabet[group >> (18 - 6 * i) & 63];
    }
    return out;
}

// The lines of a literal block after its "|", each at `column`.
std::string literal_block(std::string_view text, int column, int indent) {
    std::string out = "|";
    if (text.starts_with(' ')) out += std::to_string(indent);
    if (!text.ends_with('\n'))
        out += '-';
    else if (text == "\n" || text.ends_with("\n\n"))
        out += '+';
    for (size_t at = 0; at < text.size();) {
        const size_t end = std::min(text.find('\n', at), text.size());
        out += '\n';
        if (end > at) out += std::string(static_cast<size_t>(column), ' ');
        out += text.substr(at, end - at);
        at = end + 1;
    }
    return out;
}

std::string one_line(std::string_view text, const Traits& traits) {
    if (!traits.utf8) return "!!binary " + base64(text);
    const bool breaks = traits.newline || traits.other_break;
    if (breaks || traits.special || traits.tab || !reads_as_text(text)) return double_quoted(text);
    if (traits.indicator || traits.outer_space) return single_quoted(text);
    return std::string(text);
}

std::string scalar_text(const Value& value) {
    if (const auto* text = value.get<std::string>()) return one_line(*text, traits_of(*text));
    if (value.is_null()) return "null";
    if (const auto* flag = value.get<bool>()) return *flag ? "true" : "false";
    if (const auto* number = value.get<int64_t>()) return std::to_string(*number);
    if (const auto* number = value.get<uint64_t>()) return std::to_string(*number);
    if (const auto* time = value.get<Timestamp>()) return time->to_string();
    const double number = *value.get<double>();
    if (std::isnan(number)) return ".nan";
    if (std::isinf(number)) return number > 0 ? ".inf" : "-.inf";
    std::string text;
    golib::append_float(text, number, 'g', -1);
    return text;
}

class Writer {
   public:
    Writer(std::string& out, int indent) : out_(out), indent_(indent) {}

    // What comes after "key:" or "-", up to and with the end of line. `column` is that of the
    // parent's content, `in_list` whether the parent is a list.
    void value(const OutNode& node, int column, bool in_list) {
        if (node.kind == OutNode::Kind::Scalar)
            return scalar(node.scalar, in_list ? column + 2 : next_column(column));
        const bool is_map = node.kind == OutNode::Kind::Map;
        if (is_map ? node.pairs.empty() : node.items.empty()) {
            out_ += is_map ? " {}\n" : " []\n";
            return;
        }
        if (in_list) {
            // The first line of a collection goes on the line of its dash.
            out_ += ' ';
            return collection(node, column + 2, true);
        }
        out_ += '\n';
        collection(node, next_column(column), false);
    }

    void pair(const OutNode::Pair& pair, int column) {
        out_ += write_key(pair.key);
        out_ += ':';
        value(pair.value, column, false);
    }

    // `started`: the cursor is at `column` already.
    void collection(const OutNode& node, int column, bool started) {
        for (const OutNode::Pair& pair : node.pairs) {
            if (!started) pad(column);
            started = false;
            this->pair(pair, column);
        }
        for (const OutNode& item : node.items) {
            if (!started) pad(column);
            started = false;
            out_ += '-';
            value(item, column, true);
        }
    }

    void scalar(const Value& value, int column) {
        out_ += ' ';
        const auto* text = value.get<std::string>();
        const Traits traits = text != nullptr ? traits_of(*text) : Traits{};
        // A leading line break would be lost in a block, so such a text is quoted.
        const bool block = traits.utf8 && traits.newline && !traits.leading_break &&
                           !traits.other_break && !traits.special && !traits.trailing_space &&
                           !traits.space_before_break;
        out_ += block ? literal_block(*text, column, indent_) : scalar_text(value);
        out_ += '\n';
    }

   private:
    // Compat: the next multiple of the indent, also from within a list.
    int next_column(int column) const { return indent_ * ((column + indent_) / indent_); }
    void pad(int column) { out_.append(static_cast<size_t>(column), ' '); }

    std::string& out_;
    int indent_;
};

}  // namespace

std::string write_key(const Value& key) {
    // Plain, this one would be read as a merge.
    if (const auto* text = key.get<std::string>(); text != nullptr && *text == "<<")
        return "\"<<\"";
    return scalar_text(key);
}

void write_pair(std::string& out, const OutNode::Pair& pair, int column, int indent) {
    out.append(static_cast<size_t>(column), ' ');
    Writer(out, indent).pair(pair, column);
}

void write_item(std::string& out, const OutNode& item, int column, int indent) {
    OutNode list = OutNode::list();
    list.items.push_back(item);
    Writer(out, indent).collection(list, column, false);
}

std::string write(const OutNode& root, int indent) {
    std::string out;
    Writer writer(out, indent);
    if (root.kind == OutNode::Kind::Scalar || (root.pairs.empty() && root.items.empty())) {
        writer.value(root, 0, false);
        return out.substr(1);  // the blank after a key
    }
    writer.collection(root, 0, false);
    return out;
}

}  // namespace ww::yaml
