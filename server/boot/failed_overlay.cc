// SPDX-License-Identifier: BSD-3-Clause
#include "boot/failed_overlay.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace ww::boot {

namespace {

// As much as a console shows in two lines.
constexpr size_t kMaxShown = 160;
constexpr std::string_view kTemplate = "template: ";
constexpr std::string_view kIpxe = "#!ipxe\n";

/// Nothing that means something to a boot loader's script.
std::string plain_words(std::string_view text) {
    std::string out(text.substr(0, kMaxShown));
    std::ranges::replace_if(
        out,
        [](unsigned char c) {
            return std::isalnum(c) == 0 &&
                   std::string_view("-._:@/, ").find(static_cast<char>(c)) ==
                       std::string_view::npos;
        },
        ' ');
    return out;
}

std::string first_words(std::string_view headline) {
    return fmt::format("The system overlay of this node cannot be made: {}", plain_words(headline));
}

size_t digits_at(std::string_view text, size_t at) {
    size_t end = at;
    while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end])) != 0) ++end;
    return end;
}

// "t.ww:1:2" of "template: t.ww:1:2: executing …"; empty if there is none.
std::string_view template_place(std::string_view headline) {
    if (!headline.starts_with(kTemplate)) return {};
    headline.remove_prefix(kTemplate.size());
    const size_t name = headline.find(':');
    if (name == std::string_view::npos) return {};
    size_t end = digits_at(headline, name + 1);
    if (end == name + 1) return {};
    if (end < headline.size() && headline[end] == ':')
        if (const size_t column = digits_at(headline, end + 1); column > end + 1) end = column;
    return headline.substr(0, end);
}

}  // namespace

std::string failed_word(std::string_view headline) {
    const std::string_view place = template_place(headline);
    return place.empty() ? "FAILED" : "FAILED " + plain_words(place);
}

std::string tell_failure_ipxe(std::string script, std::string_view headline) {
    if (!script.starts_with(kIpxe)) return script;
    return script.insert(kIpxe.size(), fmt::format("echo {}\n", first_words(headline)));
}

std::string tell_failure_grub(std::string script, std::string_view headline) {
    return script.insert(0, fmt::format("echo \"{}\"\n", first_words(headline)));
}

}  // namespace ww::boot
