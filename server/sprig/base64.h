// SPDX-License-Identifier: BSD-3-Clause
//
// Base64 and base32 with padding, and with Go's idea of where broken text is broken.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ww::sprig {

struct Decoded {
    std::string bytes;
    bool valid = true;
    size_t error_offset = 0;  // where Go says the input is illegal
};

std::string base64_encoded(std::string_view bytes);
Decoded base64_decoded(std::string_view text);
std::string base32_encoded(std::string_view bytes);
Decoded base32_decoded(std::string_view text);

}  // namespace ww::sprig
