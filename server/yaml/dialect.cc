// SPDX-License-Identifier: BSD-3-Clause
#include "yaml/dialect.h"

#include <algorithm>

#include "base/unicode.h"

namespace ww::yaml {

namespace {

constexpr int kMaxReplaced = 200;  // each has the whole text read again
constexpr std::string_view kByteOrderMark = "\uFEFF";
// Private characters, which no configuration holds.
constexpr std::string_view kMark = "\xEE\xBF\xBC";
constexpr std::string_view kColon = "\xEE\xBF\xBD";
constexpr std::string_view kBackslash = "\xEE\xBF\xBE";
constexpr std::string_view kInTags = ",[]";
// What a tag may hold for libyaml, the rarest first.
constexpr std::string_view kTagMarks = ";$()~*@=+";

void replace_all(std::string& text, std::string_view what, std::string_view by, size_t from = 0) {
    for (size_t at = text.find(what, from); at != std::string::npos;
         at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
}

}  // namespace

// To upstream's parser a byte order mark behind the start is text; libyaml passes it over at the
// start of a line, and the indentation is then wrong.
Dialect::Dialect(std::string_view text) : text_(text) {
    const size_t start = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
    constexpr auto kNone = std::string_view::npos;
    if (text.find(kByteOrderMark, start) == kNone || text.find(kMark) != kNone) return;
    changed_ = text;
    replace_all(changed_, kByteOrderMark, kMark, start);
    marks_hidden_ = true;
}

Dialect::Place Dialect::find(size_t index) const {
    const std::string_view text = this->text();
    size_t at = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
    for (; index > 0 && at < text.size(); --index) {
        const DecodedRune next = decode_rune(text.substr(at));
        if (!next.valid()) return {};
        at += next.size;
    }
    return {at, at < text.size()};
}

bool Dialect::replace(size_t offset, std::string_view stand_in) {
    if (replaced_ == kMaxReplaced) return false;
    if (!amended()) changed_ = text_;
    changed_.replace(offset, 1, stand_in);
    ++replaced_;
    return true;
}

bool Dialect::amend_colon(size_t index) {
    const Place at = find(index);
    if (!at.there || text()[at.offset] != ':' || text_.find(kColon) != std::string_view::npos)
        return false;
    return replace(at.offset, kColon);
}

bool Dialect::amend_escape(size_t index) {
    const Place at = find(index);
    if (!at.there || !text().substr(at.offset).starts_with("\\'") ||
        text_.find(kBackslash) != std::string_view::npos)
        return false;
    return replace(at.offset, kBackslash);
}

bool Dialect::amend_tag(size_t index) {
    const Place at = find(index);
    const size_t which = at.there ? kInTags.find(text()[at.offset]) : std::string_view::npos;
    if (which == std::string_view::npos) return false;
    char& mark = tag_marks_[which];
    if (mark == 0) {
        const auto* unused = std::find_if(kTagMarks.begin(), kTagMarks.end(), [&](char candidate) {
            return text().find(candidate) == std::string_view::npos;
        });
        if (unused == kTagMarks.end()) return false;
        mark = *unused;
    }
    return replace(at.offset, std::string_view(&mark, 1));
}

std::string Dialect::scalar(std::string_view read) const {
    std::string out(read);
    replace_all(out, kMark, kByteOrderMark);
    replace_all(out, kColon, ":");
    replace_all(out, kBackslash, "");
    return out;
}

std::string Dialect::tag(std::string_view read) const {
    std::string out(read);
    for (size_t which = 0; which < kInTags.size(); ++which)
        if (tag_marks_[which] != 0)
            std::replace(out.begin(), out.end(), tag_marks_[which], kInTags[which]);
    return out;
}

}  // namespace ww::yaml
