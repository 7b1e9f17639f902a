// SPDX-License-Identifier: BSD-3-Clause
#include "content/digest.h"

#include <algorithm>

#include "base/digest.h"
#include "base/quote.h"

namespace ww::content {

namespace {

constexpr std::string_view kAlgorithm = "sha256:";
constexpr size_t kHexDigits = 64;

bool is_lower_hex(char letter) {
    return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f');
}

}  // namespace

Result<Digest> Digest::parse(std::string_view text) {
    if (!text.starts_with(kAlgorithm))
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("{} is no digest that can be checked here", quote(text)))
            .with_hint("digests are sha256: and 64 hex digits");
    return from_hex(text.substr(kAlgorithm.size()));
}

Result<Digest> Digest::from_hex(std::string_view hex) {
    if (hex.size() != kHexDigits || !std::all_of(hex.begin(), hex.end(), is_lower_hex))
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("{} is no SHA-256 in lower-case hex digits", quote(hex)));
    return Digest(std::string(hex));
}

Digest Digest::of(std::string_view bytes) { return Digest(sha256_hex(bytes)); }

}  // namespace ww::content
