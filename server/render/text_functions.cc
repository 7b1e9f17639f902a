// SPDX-License-Identifier: BSD-3-Clause
#include "render/text_functions.h"

#include <charconv>
#include <set>

namespace ww::render {

namespace {

// The line that starts at `start` without its end, and where the next one starts.
struct Line {
    std::string_view text;
    size_t next = 0;
};

Line line_at(std::string_view text, size_t start) {
    const size_t end = std::min(text.find('\n', start), text.size());
    return {text.substr(start, end - start), end + 1};
}

bool plain_in_unit_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':' ||
           c == '_' || c == '.';
}

// Nothing if the line has no such field.
const std::string_view* field_at(std::string_view line,
                                 std::string_view separator,
                                 int64_t index,
                                 std::string_view& out) {
    if (separator.empty()) {  // Go splits into UTF-8 sequences
        for (size_t start = 0; start < line.size();) {
            size_t end = start + 1;
            while (end < line.size() && (static_cast<unsigned char>(line[end]) & 0xc0) == 0x80)
                ++end;
            if (index-- == 0) return out = line.substr(start, end - start), &out;
            start = end;
        }
        return nullptr;
    }
    for (size_t start = 0;;) {
        const size_t end = line.find(separator, start);
        if (index-- == 0) return out = line.substr(start, end - start), &out;
        if (end == std::string_view::npos) return nullptr;
        start = end + separator.size();
    }
}

}  // namespace

std::string systemd_escape(std::string_view text) {
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '/') {
            out += '-';
        } else if (plain_in_unit_name(c) && !(i == 0 && c == '.')) {
            out += c;
        } else {
            // Compat: not zero-padded, unlike systemd-escape(1).
            char digits[2];
            const auto end =
                std::to_chars(digits, digits + 2, static_cast<unsigned char>(c), 16).ptr;
            out.append("\\x").append(digits, end);
        }
    }
    return out;
}

std::string systemd_escape_path(std::string_view path) {
    std::string cleaned;
    for (const char c : path) {
        if (c != '/' || (!cleaned.empty() && cleaned.back() != '/')) cleaned += c;
    }
    if (cleaned.ends_with('/')) cleaned.pop_back();
    return cleaned.empty() ? "-" : systemd_escape(cleaned);
}

Result<std::string> unique_field(std::string_view separator,
                                 int64_t index,
                                 std::string_view input) {
    if (index < 0)
        return Error(ErrorCode::InvalidArgument, fmt::format("field index {} is negative", index));
    std::string out;
    std::set<std::string_view> seen;
    for (size_t start = 0; start <= input.size();) {
        const Line line = line_at(input, start);
        std::string_view field;
        const bool has_field =
            field_at(line.text, separator, index, field) != nullptr && !field.empty();
        if (!has_field || seen.insert(field).second) {
            if (start != 0) out += '\n';
            out += line.text;
        }
        start = line.next;
    }
    return out;
}

std::string block_before(std::string_view text, std::string_view marker) {
    std::string out;
    for (size_t start = 0; start < text.size();) {
        Line line = line_at(text, start);
        if (line.text.ends_with('\r')) line.text.remove_suffix(1);
        if (line.text.find(marker) != std::string_view::npos) break;
        out.append(line.text).append("\n");
        start = line.next;
    }
    return out.append(marker);
}

std::string_view without_final_newline(std::string_view text) {
    if (text.ends_with('\n')) text.remove_suffix(1);
    return text;
}

}  // namespace ww::render
