// SPDX-License-Identifier: BSD-3-Clause
#include "yaml/text_lines.h"

#include <algorithm>

namespace ww::yaml {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Length of the line break at `at`, 0 if there is none.
size_t break_length(std::string_view text, size_t at) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("\r\n")) return 2;
    if (rest.starts_with('\n') || rest.starts_with('\r')) return 1;
    if (rest.starts_with("\xC2\x85")) return 2;
    if (rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9")) return 3;
    return 0;
}

}  // namespace

TextLines::TextLines(std::string_view text) : text_(text) {
    size_t at = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
    starts_.push_back(at);
    while (at < text.size()) {
        const size_t length = break_length(text, at);
        at += length == 0 ? 1 : length;
        if (length > 0 && at < text.size()) starts_.push_back(at);
    }
}

size_t TextLines::start(uint32_t line) const {
    return line > count() ? text_.size() : starts_[line - 1];
}

std::string_view TextLines::line(uint32_t number) const {
    std::string_view whole = text_.substr(start(number), start(number + 1) - start(number));
    for (size_t at = 0; at < whole.size(); ++at)
        if (break_length(whole, at) > 0) return whole.substr(0, at);
    return whole;
}

size_t TextLines::offset(uint32_t line, uint32_t column) const {
    size_t at = start(line);
    for (uint32_t i = 1; i < column && at < text_.size(); ++i) {
        ++at;
        while (at < text_.size() && (static_cast<unsigned char>(text_[at]) & 0xC0) == 0x80) ++at;
    }
    return at;
}

uint32_t TextLines::indent(uint32_t number) const {
    const std::string_view text = line(number);
    return static_cast<uint32_t>(std::min(text.find_first_not_of(' '), text.size()));
}

bool TextLines::is_blank(uint32_t number) const {
    return line(number).find_first_not_of(" \t") == std::string_view::npos;
}

bool TextLines::is_comment(uint32_t number) const {
    const std::string_view text = line(number);
    const size_t first = text.find_first_not_of(" \t");
    return first != std::string_view::npos && text[first] == '#';
}

}  // namespace ww::yaml
