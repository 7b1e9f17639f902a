// SPDX-License-Identifier: BSD-3-Clause
#include "sprig/json_read.h"

#include <optional>
#include <vector>

#include "base/quote.h"
#include "base/unicode.h"
#include "golib/strconv.h"
#include "tmpl/dict.h"

namespace ww::sprig {
namespace {

constexpr size_t kMaxDepth = 10000;  // as Go

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_decimal(char c) { return c >= '0' && c <= '9'; }

int hex_digit(char c) {
    if (is_decimal(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// Without recursion: containers that are still open are on a stack.
class Reader {
   public:
    Reader(tmpl::Call& call, std::string_view text) : call_(call), text_(text) {}

    JsonValue read() {
        tmpl::Value value = read_value();
        skip_blanks();
        if (!failed_ && at_ < text_.size()) fail_character("after top-level value");
        if (failed_) return {tmpl::Value::nil(), error_};
        return {std::move(value), error_};
    }

   private:
    struct Container {
        enum class Kind { Object, List };
        tmpl::Ref<tmpl::Dict> dict;  // null: a list
        tmpl::Value key;
        std::vector<tmpl::Value> items;
    };

    tmpl::Value read_value() {
        while (!failed_) {
            // Either a container opens, or a value is complete.
            skip_blanks();
            std::optional<tmpl::Value> value = read_start();
            while (value && !failed_) {
                if (open_.empty()) return std::move(*value);
                value = add(std::move(*value));
            }
        }
        return {};
    }

    /// A complete scalar or empty container; nothing if a container was opened.
    std::optional<tmpl::Value> read_start() {
        switch (peek()) {
            case '{':
                return open(Container::Kind::Object);
            case '[':
                return open(Container::Kind::List);
            case '"':
                ++at_;
                return tmpl::Value::string(read_string());
            case 't':
                return read_word("true", tmpl::Value::boolean(true));
            case 'f':
                return read_word("false", tmpl::Value::boolean(false));
            case 'n':
                return read_word("null", tmpl::Value::nil());
            default:
                break;
        }
        if (peek() == '-' || is_decimal(peek())) return read_number();
        fail_character("looking for beginning of value");
        return {};
    }

    std::optional<tmpl::Value> open(Container::Kind kind) {
        const bool object = kind == Container::Kind::Object;
        if (open_.size() == kMaxDepth) {
            fail("exceeded max depth");
            return {};
        }
        ++at_;
        open_.push_back({.dict = object ? tmpl::Dict::create() : tmpl::Ref<tmpl::Dict>()});
        skip_blanks();
        if (peek() == (object ? '}' : ']')) return close();
        if (object) read_key();
        return {};
    }

    /// Puts a complete value into the innermost container; returns that one if it is complete now.
    std::optional<tmpl::Value> add(tmpl::Value value) {
        Container& container = open_.back();
        const bool object = static_cast<bool>(container.dict);
        if (object)
            container.dict->set(std::move(container.key), std::move(value));
        else
            container.items.push_back(std::move(value));
        skip_blanks();
        const char next = peek();
        if (next == (object ? '}' : ']')) return close();
        if (next != ',' || at_ >= text_.size()) {
            fail_character(object ? "after object key:value pair" : "after array element");
            return {};
        }
        ++at_;
        skip_blanks();
        if (object) read_key();
        return {};
    }

    tmpl::Value close() {
        ++at_;
        Container container = std::move(open_.back());
        open_.pop_back();
        if (container.dict) return tmpl::Value::dict(container.dict);
        if (!call_.may_use(container.items.size() * sizeof(tmpl::Value))) failed_ = true;
        return tmpl::Value::list(tmpl::types::kAnys, std::move(container.items));
    }

    void read_key() {
        if (peek() != '"') return fail_character("looking for beginning of object key string");
        ++at_;
        open_.back().key = tmpl::Value::string(read_string());
        skip_blanks();
        if (!failed_ && peek() != ':') return fail_character("after object key");
        ++at_;
    }

    tmpl::Value read_word(std::string_view word, tmpl::Value value) {
        for (const char expected : word) {
            if (peek() != expected) {
                fail_character(
                    fmt::format("in literal {} (expecting {})", word, spelled(expected)));
                return {};
            }
            ++at_;
        }
        return value;
    }

    tmpl::Value read_number() {
        const size_t begin = at_;
        if (peek() == '-') ++at_;
        if (!is_decimal(peek())) return fail_number("in numeric literal");
        if (peek() == '0')
            ++at_;
        else
            skip_digits();
        if (peek() == '.') {
            ++at_;
            if (!is_decimal(peek())) return fail_number("after decimal point in numeric literal");
            skip_digits();
        }
        if (peek() == 'e' || peek() == 'E') {
            ++at_;
            if (peek() == '+' || peek() == '-') ++at_;
            if (!is_decimal(peek())) return fail_number("in exponent of numeric literal");
            skip_digits();
        }
        const std::string_view text = text_.substr(begin, at_ - begin);
        const auto number = golib::parse_float(text);
        if (number && !number->out_of_range) return tmpl::Value::floating(number->value);
        if (error_.empty())
            error_ =
                fmt::format("json: cannot unmarshal number {} into Go value of type float64", text);
        return tmpl::Value::nil();
    }

    void skip_digits() {
        while (is_decimal(peek())) ++at_;
    }

    tmpl::Value fail_number(std::string_view where) {
        fail_character(where);
        return {};
    }

    /// Behind the opening quote. Broken UTF-8 and lone surrogates become U+FFFD.
    std::string read_string() {
        std::string out;
        while (!failed_) {
            const char c = peek();
            if (c == '"' && at_ < text_.size()) {
                ++at_;
                return out;
            }
            if (static_cast<unsigned char>(c) < 0x20) {
                fail_character("in string literal");
            } else if (c == '\\') {
                ++at_;
                read_escape(out);
            } else {
                const DecodedRune next = decode_rune(text_.substr(at_));
                append_rune(out, next.rune);
                at_ += next.size;
            }
        }
        return out;
    }

    void read_escape(std::string& out) {
        constexpr std::string_view kNames = "\"\\/bfnrt";
        constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
        const char name = peek();
        if (name == 'u') {
            ++at_;
            return read_unicode_escape(out);
        }
        const size_t index = kNames.find(name);
        if (index == kNames.npos || at_ >= text_.size())
            return fail_character("in string escape code");
        out += kMeanings[index];
        ++at_;
    }

    void read_unicode_escape(std::string& out) {
        const char32_t first = read_unit();
        if (failed_) return;
        const bool high = first >= 0xD800 && first < 0xDC00;
        if (high && text_.substr(at_).starts_with("\\u")) {
            const size_t before = at_;
            at_ += 2;
            const char32_t second = read_unit();
            if (second >= 0xDC00 && second < 0xE000)
                return append_rune(out, 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
            if (!failed_) at_ = before;
        }
        append_rune(out, first);
    }

    char32_t read_unit() {
        char32_t unit = 0;
        for (int digit = 0; digit < 4; ++digit) {
            const int value = hex_digit(peek());
            if (value < 0) {
                fail_character("in \\u hexadecimal character escape");
                return 0;
            }
            unit = unit << 4 | static_cast<char32_t>(value);
            ++at_;
        }
        return unit;
    }

    /// NUL at the end, which no caller takes for a valid character.
    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    void skip_blanks() {
        while (is_blank(peek())) ++at_;
    }

    static std::string spelled(char c) {
        if (c == '\'') return "'\\''";
        if (c == '"') return "'\"'";
        std::string quoted;
        append_rune(quoted, static_cast<unsigned char>(c));
        std::string out;
        append_quoted(out, quoted);
        return "'" + out.substr(1, out.size() - 2) + "'";
    }

    void fail_character(std::string_view where) {
        if (at_ >= text_.size()) return fail("unexpected end of JSON input");
        fail(fmt::format("invalid character {} {}", spelled(text_[at_]), where));
    }

    void fail(std::string message) {
        if (failed_) return;
        failed_ = true;
        error_ = std::move(message);
    }

    tmpl::Call& call_;
    std::string_view text_;
    size_t at_ = 0;
    std::vector<Container> open_;
    bool failed_ = false;
    std::string error_;  // also of a number that did not fit
};

}  // namespace

JsonValue read_json(tmpl::Call& call, std::string_view text) { return Reader(call, text).read(); }

}  // namespace ww::sprig
