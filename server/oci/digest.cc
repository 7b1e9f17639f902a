// SPDX-License-Identifier: BSD-3-Clause
#include "oci/digest.h"

#include <algorithm>

#include "base/digest.h"

namespace ww::oci {

std::optional<Digest> Digest::from(std::string_view text) {
    constexpr std::string_view kAlgorithm = "sha256:";
    if (!text.starts_with(kAlgorithm)) return std::nullopt;
    text.remove_prefix(kAlgorithm.size());
    const bool good = text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
                          return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
                      });
    if (!good) return std::nullopt;
    return Digest(std::string(text));
}

Digest Digest::of(std::string_view bytes) { return Digest(sha256_hex(bytes)); }

}  // namespace ww::oci
