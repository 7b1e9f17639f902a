// SPDX-License-Identifier: BSD-3-Clause
#include "image/version.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

namespace ww::image {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

size_t skip_digits(std::string_view text, size_t from) {
    while (from < text.size() && is_digit(text[from])) ++from;
    return from;
}

/// Where "1.2.3" or "1.2.3-4.5." that begins at `from` ends; `from` if there is none.
size_t match_at(std::string_view text, size_t from) {
    size_t at = from;
    for (int number = 0; number < 3; ++number) {
        if (number > 0) {
            if (at >= text.size() || text[at] != '.') return from;
            ++at;
        }
        const size_t end = skip_digits(text, at);
        if (end == at) return from;
        at = end;
    }
    if (at >= text.size() || text[at] != '-') return at;
    size_t end = at + 1;
    while (end < text.size() && (is_digit(text[end]) || text[end] == '.')) ++end;
    return end == at + 1 ? at : end;
}

std::vector<std::string> split_at_dots(std::string_view text) {
    std::vector<std::string> parts;
    for (size_t from = 0;;) {
        const size_t dot = text.find('.', from);
        parts.emplace_back(text.substr(from, dot - from));
        if (dot == std::string_view::npos) return parts;
        from = dot + 1;
    }
}

/// Digits as numbers, of any length.
std::strong_ordering compare_numbers(std::string_view a, std::string_view b) {
    a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
    b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
    if (a.size() != b.size()) return a.size() <=> b.size();
    return a.compare(b) <=> 0;
}

}  // namespace

std::optional<Version> Version::parse(std::string_view text) {
    Version version;
    const size_t dash = text.find('-');
    const std::vector<std::string> numbers = split_at_dots(text.substr(0, dash));
    for (size_t i = 0; i < version.numbers_.size(); ++i) {
        const std::string& digits = numbers[i];
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), version.numbers_[i]);
        if (error != std::errc()) return std::nullopt;
    }
    version.text_ =
        fmt::format("{}.{}.{}", version.numbers_[0], version.numbers_[1], version.numbers_[2]);
    if (dash == std::string_view::npos) return version;
    const std::string_view release = text.substr(dash + 1);
    version.release_ = split_at_dots(release);
    for (const std::string& part : version.release_)
        if (part.empty()) return std::nullopt;
    version.text_ += fmt::format("-{}", release);
    return version;
}

std::optional<Version> Version::find(std::string_view path) {
    for (size_t from = 0; from < path.size();) {
        const size_t end = match_at(path, from);
        if (end == from) {
            ++from;
            continue;
        }
        std::string_view text = path.substr(from, end - from);
        // "5.14.0-427.el9": the dot belongs to what follows.
        if (text.ends_with('.')) text.remove_suffix(1);
        if (auto version = parse(text)) return version;
        from = end;
    }
    return std::nullopt;
}

std::strong_ordering Version::operator<=>(const Version& other) const {
    if (const auto order = numbers_ <=> other.numbers_; order != 0) return order;
    if (release_.empty() || other.release_.empty())
        return static_cast<int>(release_.empty()) <=> static_cast<int>(other.release_.empty());
    return std::lexicographical_compare_three_way(release_.begin(),
                                                  release_.end(),
                                                  other.release_.begin(),
                                                  other.release_.end(),
                                                  compare_numbers);
}

}  // namespace ww::image
