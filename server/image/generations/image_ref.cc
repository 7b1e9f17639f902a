// SPDX-License-Identifier: BSD-3-Clause
#include "image/generations/image_ref.h"

#include <fmt/format.h>

#include <charconv>

namespace ww::image {

ImageRef ImageRef::from(std::string_view text) {
    const size_t at = text.rfind('@');
    if (at == std::string_view::npos) return {std::string(text), std::nullopt};
    const std::string_view digits = text.substr(at + 1);
    uint64_t number = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || number == 0 ||
        digits.front() == '0')
        return {std::string(text), std::nullopt};
    return {std::string(text.substr(0, at)), number};
}

std::string ImageRef::text() const {
    return generation ? fmt::format("{}@{}", name, *generation) : name;
}

}  // namespace ww::image
