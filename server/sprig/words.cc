// SPDX-License-Identifier: BSD-3-Clause
#include "sprig/words.h"

#include <re2/re2.h>

#include <span>
#include <utility>
#include <vector>

#include "base/unicode.h"

namespace ww::sprig {
namespace {

bool in_category(const re2::RE2& category, char32_t rune) {
    std::string text;
    append_rune(text, rune);
    return re2::RE2::FullMatch(text, category);
}

bool is_number(char32_t rune) {
    if (rune < 0x80) return rune >= '0' && rune <= '9';
    static const re2::RE2& numbers = *new re2::RE2("\\pN");
    return in_category(numbers, rune);
}

bool is_punctuation(char32_t rune) {
    constexpr std::string_view kAscii = "!\"#%&'()*,-./:;?@[\\]_{}";
    if (rune < 0x80) return kAscii.find(static_cast<char>(rune)) != kAscii.npos;
    static const re2::RE2& punctuation = *new re2::RE2("\\pP");
    return in_category(punctuation, rune);
}

bool is_connector(char32_t rune) { return rune == '-' || rune == '_' || is_space(rune); }

/// A letter of a script that has words, so no ideograph.
bool is_alphabetic(char32_t rune) {
    const bool ideograph = (rune >= 0x3400 && rune <= 0x4D85) ||
                           (rune >= 0x4E00 && rune <= 0x9FCC) ||
                           (rune >= 0x20000 && rune <= 0x2B81D);
    return is_letter(rune) && !ideograph;
}

bool is_lower_part(char32_t rune) { return is_alphabetic(rune) && !is_upper(rune); }

bool is_other(char32_t rune) {
    return !is_connector(rune) && !is_alphabetic(rune) && !is_number(rune) && !is_punctuation(rune);
}

// ---- Words ----

/// A rune with the bytes that are not UTF-8 in front of it.
struct Unit {
    char32_t rune;
    std::string_view bytes;
};

/// Broken bytes at the end are one unit more, of the rune before them; if there is nothing else,
/// the result is a single unit of U+FFFD.
std::vector<Unit> units_of(std::string_view text) {
    std::vector<Unit> units;
    size_t begin = 0;
    size_t end = 0;
    while (end < text.size()) {
        const DecodedRune next = decode_rune(text.substr(end));
        end += next.size;
        if (next.rune == kReplacement) continue;
        units.push_back({next.rune, text.substr(begin, end - begin)});
        begin = end;
    }
    if (begin < end)
        units.push_back({units.empty() ? kReplacement : units.back().rune, text.substr(begin)});
    return units;
}

struct Word {
    enum class Kind { End, Broken, Number, Upper, Lower, Connector, Punctuation, Other };

    Kind kind = Kind::End;
    std::string_view text;

    bool sticks_to_number() const { return kind == Kind::Lower || kind == Kind::Number; }
    bool wants_connector() const {
        return kind != Kind::End && kind != Kind::Connector && kind != Kind::Punctuation;
    }
};

/// Cuts units into words and joins them again with connectors.
class Joiner {
   public:
    Joiner(std::span<const Unit> units, char connector) : rest_(units), connector_(connector) {}

    std::string join() {
        advance();
        while (!rest_.empty()) {
            const Word previous = word_;
            if (previous.kind != Word::Kind::Connector) write(previous);
            advance();
            switch (previous.kind) {
                case Word::Kind::Number:
                    finish_number();
                    break;
                case Word::Kind::Connector:
                    write(previous);
                    break;
                case Word::Kind::Punctuation:
                    break;
                default:
                    after_letters();
                    break;
            }
        }
        write(word_);
        return std::move(out_);
    }

   private:
    /// "2xx" and what else sticks to a number.
    void finish_number() {
        for (; word_.sticks_to_number(); advance()) write(word_);
        connect();
    }

    /// A number belongs to the letters before it ("Bld4Floor": bld4_floor), unless small letters
    /// follow
    /// ("HTTP2xx": http_2xx).
    void after_letters() {
        if (word_.kind != Word::Kind::Number) return connect();
        if (rest_.empty()) return;
        const Word number = word_;
        advance();
        const bool letters_follow = word_.kind == Word::Kind::Lower;
        if (letters_follow) out_ += connector_;
        write(number);
        if (letters_follow)
            finish_number();
        else
            connect();
    }

    void connect() {
        if (word_.wants_connector()) out_ += connector_;
    }

    void write(const Word& word) {
        if (word.kind != Word::Kind::Upper && word.kind != Word::Kind::Connector) {
            out_ += word.text;
            return;
        }
        for (std::string_view text = word.text; !text.empty();) {
            const DecodedRune next = decode_rune(text);
            text.remove_prefix(next.size);
            if (is_connector(next.rune))
                out_ += connector_;
            else
                append_rune(out_, is_upper(next.rune) ? to_lower(next.rune) : next.rune);
        }
    }

    void advance() {
        word_ = {};
        if (rest_.empty()) return;
        const auto [kind, size] = measure();
        const std::string_view last = rest_[size - 1].bytes;
        const char* const begin = rest_[0].bytes.data();
        word_ = {kind, {begin, static_cast<size_t>(last.data() + last.size() - begin)}};
        rest_ = rest_.subspan(size);
    }

    std::pair<Word::Kind, size_t> measure() const {
        const char32_t first = rest_[0].rune;
        if (first == kReplacement) return {Word::Kind::Broken, rest_.size()};
        if (is_connector(first)) return {Word::Kind::Connector, run_of(is_connector)};
        if (is_punctuation(first)) return {Word::Kind::Punctuation, run_of(is_punctuation)};
        if (is_upper(first)) return {Word::Kind::Upper, upper_size()};
        if (is_alphabetic(first)) return {Word::Kind::Lower, run_of(is_lower_part)};
        if (is_number(first)) return {Word::Kind::Number, run_of(is_number)};
        return {Word::Kind::Other, run_of(is_other)};
    }

    size_t run_of(bool (*belongs)(char32_t), size_t from = 1) const {
        while (from < rest_.size() && belongs(rest_[from].rune)) ++from;
        return from;
    }

    /// "First" of "FirstName", but "HTTP" of "HTTPServer".
    size_t upper_size() const {
        const size_t capitals = run_of(is_upper);
        if (capitals == 1) return run_of(is_lower_part);
        const bool word_follows = capitals < rest_.size() && is_alphabetic(rest_[capitals].rune);
        return word_follows ? capitals - 1 : capitals;
    }

    std::span<const Unit> rest_;
    char connector_;
    Word word_;
    std::string out_;
};

}  // namespace

std::string joined_words(std::string_view text, char connector) {
    const std::vector<Unit> units = units_of(text);
    return Joiner(units, connector).join();
}

std::string camel_case(std::string_view text) {
    std::string out;
    char32_t current = 0;
    const auto next = [&] {
        const DecodedRune decoded = decode_rune(text);
        text.remove_prefix(decoded.size);
        return decoded.rune;
    };
    if (text.empty()) return out;

    bool capitals = false;  // inside a word that began with a capital, and nothing else so far
    while (!text.empty()) {
        current = next();
        if (!is_connector(current)) {
            capitals = is_upper(current);
            current = to_upper(current);
            break;
        }
        append_rune(out, current);
    }
    // Compat: if there is nothing but connectors, the last one comes twice.
    while (!text.empty()) {
        const char32_t previous = std::exchange(current, next());
        if (!is_connector(previous)) {
            capitals = capitals && is_upper(current);
            if (capitals) current = to_lower(current);
        } else if (!is_connector(current)) {
            capitals = is_upper(current);
            current = to_upper(current);
            continue;  // the connector is dropped
        }
        append_rune(out, previous);
    }
    append_rune(out, current);
    return out;
}

}  // namespace ww::sprig
