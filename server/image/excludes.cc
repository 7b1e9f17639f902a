// SPDX-License-Identifier: BSD-3-Clause
#include "image/excludes.h"

#include <algorithm>
#include <optional>

namespace ww::image {

namespace {

/// The next code point, taken off the front. A byte that is not UTF-8 counts as itself, beyond
/// Unicode.
uint32_t take_code_point(std::string_view& text) {
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    const size_t length = first < 0x80           ? 1
                          : (first >> 5) == 0x06 ? 2
                          : (first >> 4) == 0x0e ? 3
                          : (first >> 3) == 0x1e ? 4
                                                 : 0;
    uint32_t code = length <= 1 ? first : first & (0xff >> (length + 1));
    bool valid = length != 0 && length <= text.size();
    for (size_t i = 1; valid && i < length; ++i) {
        valid = (byte(i) >> 6) == 0x02;
        code = code << 6 | (byte(i) & 0x3f);
    }
    if (!valid) code = 0x110000 + first;
    text.remove_prefix(valid ? length : 1);
    return code;
}

/// One end of a range in a class.
std::optional<uint32_t> take_class_member(std::string_view& pattern) {
    if (pattern.empty() || pattern.front() == '-' || pattern.front() == ']') return std::nullopt;
    if (pattern.front() == '\\') {
        pattern.remove_prefix(1);
        if (pattern.empty()) return std::nullopt;
    }
    return take_code_point(pattern);
}

/// Matches "[…]" at the front of `pattern` against `code`; nothing if it is malformed.
std::optional<bool> take_class(std::string_view& pattern, uint32_t code) {
    pattern.remove_prefix(1);
    const bool negated = pattern.starts_with('^');
    if (negated) pattern.remove_prefix(1);
    bool matched = false;
    for (int ranges = 0;; ++ranges) {
        if (ranges > 0 && pattern.starts_with(']')) break;
        const std::optional<uint32_t> low = take_class_member(pattern);
        if (!low) return std::nullopt;
        uint32_t high = *low;
        if (pattern.starts_with('-')) {
            pattern.remove_prefix(1);
            const std::optional<uint32_t> end = take_class_member(pattern);
            if (!end) return std::nullopt;
            high = *end;
        }
        matched = matched || (*low <= code && code <= high);
    }
    pattern.remove_prefix(1);
    return matched != negated;
}

/// A pattern up to its next star, matched at the front of `path`: what is left of it, or nothing.
std::optional<std::string_view> match_piece(std::string_view piece, std::string_view path) {
    while (!piece.empty()) {
        if (path.empty()) return std::nullopt;
        const char special = piece.front();
        if (special == '[') {
            if (take_class(piece, take_code_point(path)) != true) return std::nullopt;
            continue;
        }
        if (special == '?') {
            if (path.front() == '/') return std::nullopt;
            piece.remove_prefix(1);
            take_code_point(path);
            continue;
        }
        if (special == '\\') piece.remove_prefix(1);
        if (piece.empty() || piece.front() != path.front()) return std::nullopt;
        piece.remove_prefix(1);
        path.remove_prefix(1);
    }
    return path;
}

/// Where the piece at the front of `pattern` ends: at a star outside classes and not escaped.
size_t piece_end(std::string_view pattern) {
    bool in_class = false;
    for (size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == '\\')
            ++i;
        else if (pattern[i] == '[')
            in_class = true;
        else if (pattern[i] == ']')
            in_class = false;
        else if (pattern[i] == '*' && !in_class)
            return i;
    }
    return pattern.size();
}

}  // namespace

bool path_match(std::string_view pattern, std::string_view path) {
    // Piece by piece: the first place where a piece fits is as good as any later one, so there is
    // no going back, whatever an image brings as a pattern.
    while (!pattern.empty()) {
        const bool star = pattern.front() == '*';
        pattern.remove_prefix(std::min(pattern.find_first_not_of('*'), pattern.size()));
        const std::string_view piece = pattern.substr(0, piece_end(pattern));
        pattern.remove_prefix(piece.size());
        if (piece.empty()) return path.find('/') == std::string_view::npos;

        const auto fits = [&](std::string_view from) {
            const auto rest = match_piece(piece, from);
            return rest && (rest->empty() || !pattern.empty()) ? rest : std::nullopt;
        };
        std::optional<std::string_view> rest = fits(path);
        for (size_t i = 0; star && !rest && i < path.size() && path[i] != '/'; ++i)
            rest = fits(path.substr(i + 1));
        if (!rest) return false;
        path = *rest;
    }
    return path.empty();
}

Excludes Excludes::parse(std::string_view text) {
    Excludes excludes;
    while (!text.empty()) {
        const size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        while (line.starts_with('/')) line.remove_prefix(1);
        while (line.ends_with('/')) line.remove_suffix(1);
        if (!line.empty()) excludes.patterns_.emplace_back(line);
    }
    return excludes;
}

bool Excludes::match(std::string_view path) const {
    return std::any_of(patterns_.begin(), patterns_.end(), [path](const std::string& pattern) {
        return path_match(pattern, path);
    });
}

}  // namespace ww::image
