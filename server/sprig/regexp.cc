// SPDX-License-Identifier: BSD-3-Clause
#include "sprig/regexp.h"

#include <re2/re2.h>

#include <algorithm>
#include <unordered_map>

#include "base/unicode.h"

namespace ww::sprig {
namespace {

constexpr int64_t kMaxMemory = int64_t{32} << 20;  // of one pattern, as RE2 counts it
constexpr size_t kCachedPatterns = 32;

std::string_view reason(re2::RE2::ErrorCode code) {
    switch (code) {
        case re2::RE2::ErrorBadEscape:
            return "invalid escape sequence";
        case re2::RE2::ErrorBadCharClass:
            return "invalid character class";
        case re2::RE2::ErrorBadCharRange:
            return "invalid character class range";
        case re2::RE2::ErrorMissingBracket:
            return "missing closing ]";
        case re2::RE2::ErrorMissingParen:
            return "missing closing )";
        case re2::RE2::ErrorUnexpectedParen:
            return "unexpected )";
        case re2::RE2::ErrorTrailingBackslash:
            return "trailing backslash at end of expression";
        case re2::RE2::ErrorRepeatArgument:
            return "missing argument to repetition operator";
        case re2::RE2::ErrorRepeatSize:
            return "invalid repeat count";
        case re2::RE2::ErrorRepeatOp:
            return "invalid nested repetition operator";
        case re2::RE2::ErrorBadPerlOp:
            return "invalid or unsupported Perl syntax";
        case re2::RE2::ErrorBadUTF8:
            return "invalid UTF-8";
        case re2::RE2::ErrorBadNamedCapture:
            return "invalid named capture";
        case re2::RE2::ErrorPatternTooLarge:
            return "expression too large";
        default:
            return "internal error";
    }
}

struct Span {
    size_t begin = 0;
    size_t end = 0;
    bool matched = true;  // false: a group that took no part
};

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

}  // namespace

struct Regexp::Program {
    explicit Program(const std::string& pattern, const re2::RE2::Options& options)
        : re2(pattern, options) {}

    re2::RE2 re2;
};

/// The text that RE2 sees. It never matches a broken byte, Go takes one for U+FFFD: such a text is
/// copied with U+FFFD in place of each. Positions are those of the copy.
class Regexp::Subject {
   public:
    Subject(const re2::RE2& re2, std::string_view text) : re2_(re2), original_(text), text_(text) {
        if (is_valid_utf8(text)) return;
        for (size_t at = 0; at < text.size();) {
            const DecodedRune next = decode_rune(text.substr(at));
            if (!next.valid()) broken_.push_back(copy_.size());
            append_rune(copy_, next.rune);
            at += next.size;
        }
        text_ = copy_;
    }

    size_t size() const { return text_.size(); }

    size_t rune_size(size_t at) const {
        return static_cast<size_t>(decode_rune(text_.substr(at)).size);
    }

    /// The part of the original text between two positions.
    std::string_view original(size_t begin, size_t end) const {
        return original_.substr(origin(begin), origin(end) - origin(begin));
    }

    /// The leftmost match from `from` on.
    bool search(size_t from, std::vector<Span>& groups) const {
        std::vector<re2::StringPiece> found(groups.size());
        const re2::StringPiece text(text_.data(), text_.size());
        while (re2_.Match(text,
                          from,
                          text_.size(),
                          re2::RE2::UNANCHORED,
                          found.data(),
                          static_cast<int>(found.size()))) {
            const size_t begin = position(found[0]);
            // RE2 finds an empty match inside a rune, too.
            if (begin < text_.size() && is_continuation(text_[begin])) {
                from = begin;
                while (from < text_.size() && is_continuation(text_[from])) ++from;
                continue;
            }
            for (size_t index = 0; index < found.size(); ++index) {
                const bool matched = index == 0 || found[index].data();
                const size_t at = matched ? position(found[index]) : 0;
                groups[index] = {at, at + found[index].size(), matched};
            }
            return true;
        }
        return false;
    }

   private:
    size_t position(const re2::StringPiece& piece) const {
        return static_cast<size_t>(piece.data() - text_.data());
    }

    size_t origin(size_t at) const {
        const auto before = std::lower_bound(broken_.begin(), broken_.end(), at) - broken_.begin();
        return at - 2 * static_cast<size_t>(before);  // three bytes stand for one
    }

    const re2::RE2& re2_;
    std::string_view original_;
    std::string copy_;
    std::vector<size_t> broken_;  // positions of stand-ins
    std::string_view text_;
};

Regexp::Regexp(std::unique_ptr<Program> program) : program_(std::move(program)) {}

Regexp::~Regexp() = default;

const Regexp* Regexp::compile(std::string_view pattern, std::string& error) {
    thread_local std::unordered_map<std::string, std::unique_ptr<Regexp>> cache;
    std::string key(pattern);
    if (const auto known = cache.find(key); known != cache.end()) return known->second.get();

    std::string refusal;
    const std::string translated = translated_pattern(pattern, refusal);
    if (!refusal.empty()) {
        error = "error parsing regexp: " + refusal;
        return nullptr;
    }
    re2::RE2::Options options(re2::RE2::Quiet);
    options.set_max_mem(kMaxMemory);
    auto program = std::make_unique<Program>(translated, options);
    if (!program->re2.ok()) {
        error.assign("error parsing regexp: ").append(reason(program->re2.error_code()));
        error.append(": `").append(program->re2.error_arg()).append("`");
        return nullptr;
    }
    if (cache.size() >= kCachedPatterns) cache.clear();
    auto& place = cache[std::move(key)];
    place.reset(new Regexp(std::move(program)));
    return place.get();
}

bool Regexp::matches(std::string_view text) const {
    std::vector<Span> whole(1);
    return Subject(program_->re2, text).search(0, whole);
}

void Regexp::find_all(std::string_view text,
                      const std::function<bool(std::string_view)>& deliver) const {
    const Subject subject(program_->re2, text);
    std::vector<Span> match(1);
    size_t last_end = std::string::npos;
    for (size_t at = 0; at <= subject.size() && subject.search(at, match);) {
        const size_t begin = match[0].begin, end = match[0].end;
        const bool accepted = end != at || begin != last_end;  // no empty one right behind another
        if (end == at)
            at = at < subject.size() ? at + subject.rune_size(at) : at + 1;
        else
            at = end;
        last_end = end;
        if (accepted && !deliver(subject.original(begin, end))) return;
    }
}

std::string Regexp::replace_all(
    std::string_view text, const std::function<bool(std::string&, const Groups&)>& write) const {
    const Subject subject(program_->re2, text);
    std::vector<Span> match(static_cast<size_t>(program_->re2.NumberOfCapturingGroups()) + 1);
    Groups groups(match.size());
    std::string out;
    size_t done = 0;
    for (size_t at = 0; at <= subject.size() && subject.search(at, match);) {
        const size_t begin = match[0].begin, end = match[0].end;
        out += subject.original(done, begin);
        // An empty match right behind another is not replaced.
        if (end > done || begin == 0) {
            std::transform(match.begin(), match.end(), groups.begin(), [&](const Span& span) {
                return span.matched ? subject.original(span.begin, span.end) : std::string_view();
            });
            if (!write(out, groups)) return out;
        }
        done = end;
        const size_t next = at < subject.size() ? at + subject.rune_size(at) : at + 1;
        at = std::max(next, end);
    }
    return out.append(subject.original(done, subject.size()));
}

namespace {

/// "name", "{name}" or "12" behind a dollar sign, taken off `text`; "" if there is none.
std::string_view take_reference(std::string_view& text) {
    const bool braced = text.starts_with('{');
    std::string_view rest = text.substr(braced ? 1 : 0);
    size_t size = 0;
    while (size < rest.size()) {
        const DecodedRune next = decode_rune(rest.substr(size));
        if (!is_letter(next.rune) && !is_digit(next.rune) && next.rune != '_') break;
        size += next.size;
    }
    const std::string_view name = rest.substr(0, size);
    rest.remove_prefix(size);
    if (braced && !name.empty()) {
        if (!rest.starts_with('}')) return {};
        rest.remove_prefix(1);
    }
    if (!name.empty()) text = rest;
    return name;
}

/// -1 if `name` is not a number, or starts with a zero like none.
int64_t group_number(std::string_view name) {
    constexpr int64_t kLimit = 100'000'000;
    if (name.size() > 1 && name[0] == '0') return -1;
    int64_t number = 0;
    for (const char c : name) {
        if (c < '0' || c > '9' || number >= kLimit) return -1;
        number = number * 10 + (c - '0');
    }
    return number;
}

}  // namespace

void Regexp::expand(std::string& out, std::string_view replacement, const Groups& groups) const {
    for (size_t dollar = 0; (dollar = replacement.find('$')) != replacement.npos;) {
        out += replacement.substr(0, dollar);
        replacement.remove_prefix(dollar + 1);
        if (replacement.starts_with('$')) {
            out += '$';
            replacement.remove_prefix(1);
            continue;
        }
        const std::string_view name = take_reference(replacement);
        if (name.empty()) {
            out += '$';
            continue;
        }
        const int64_t number = group_number(name);
        if (number >= 0) {
            const auto index = static_cast<size_t>(number);
            if (index < groups.size()) out += groups[index];
            continue;
        }
        // Several groups may have the name; the first that took part counts.
        for (const auto& [index, group] : program_->re2.CapturingGroupNames()) {
            const std::string_view matched = groups[static_cast<size_t>(index)];
            if (group != name || !matched.data()) continue;  // no data: took no part
            out += matched;
            break;
        }
    }
    out += replacement;
}

std::string quote_meta(std::string_view text) {
    constexpr std::string_view kSpecial = "\\.+*?()|[]{}^$";
    std::string out;
    for (const char c : text) {
        if (kSpecial.find(c) != kSpecial.npos) out += '\\';
        out += c;
    }
    return out;
}

}  // namespace ww::sprig
