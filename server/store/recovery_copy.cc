// SPDX-License-Identifier: BSD-3-Clause
#include "store/recovery_copy.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/digest.h"

namespace ww::store {

namespace {

constexpr std::string_view kMark = "wwd-recovery 1 ";

// Takes a number and what follows it off the front.
std::optional<size_t> take_number(std::string_view& text) {
    size_t number = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc() || read.ptr == end) return std::nullopt;
    text.remove_prefix(static_cast<size_t>(read.ptr - text.data()) + 1);
    return number;
}

}  // namespace

std::string RecoveryCopy::to_text() const {
    const std::string both = before + after;
    return fmt::format(
        "{}{} {} {}\n{}", kMark, before.size(), after.size(), sha256_hex(both), both);
}

std::optional<RecoveryCopy> RecoveryCopy::parse(std::string_view text) {
    std::string_view rest = text;
    if (!rest.starts_with(kMark)) return std::nullopt;
    rest.remove_prefix(kMark.size());
    const auto before = take_number(rest);
    const auto after = before ? take_number(rest) : std::nullopt;
    const size_t newline = rest.find('\n');
    if (!after || newline == std::string_view::npos) return std::nullopt;
    const std::string_view both = rest.substr(newline + 1);
    if (*before > both.size() || *after != both.size() - *before) return std::nullopt;
    RecoveryCopy copy{std::string(both.substr(0, *before)), std::string(both.substr(*before))};
    if (copy.to_text() != text) return std::nullopt;
    return copy;
}

// Blocks reach the disk in any order, and one that never did reads as zeros.
bool RecoveryCopy::explains(std::string_view text) const {
    if (text.size() > std::max(before.size(), after.size())) return false;
    if (text.size() < std::min(before.size(), after.size())) return false;
    for (size_t i = 0; i < text.size(); ++i) {
        const bool old_byte = i < before.size() && text[i] == before[i];
        const bool new_byte = i < after.size() && (text[i] == after[i] || text[i] == '\0');
        if (!old_byte && !new_byte) return false;
    }
    return true;
}

}  // namespace ww::store
