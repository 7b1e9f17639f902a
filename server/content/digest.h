// SPDX-License-Identifier: BSD-3-Clause
//
// Digest: the name of some bytes, "sha256:" and 64 lower-case hex digits. Source: OCI image-spec,
// descriptor.md "Digests"; of its algorithms only the one that everybody uses.
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ww::content {

class Digest {
   public:
    /// "sha256:9f86…". Errors: InvalidArgument (another algorithm, length or letter).
    static Result<Digest> parse(std::string_view text);
    /// From the 64 digits alone, as base/digest.h makes them. Errors: InvalidArgument.
    static Result<Digest> from_hex(std::string_view hex);
    static Digest of(std::string_view bytes);

    const std::string& hex() const { return hex_; }
    std::string text() const { return "sha256:" + hex_; }

    auto operator<=>(const Digest&) const = default;

   private:
    explicit Digest(std::string hex) : hex_(std::move(hex)) {}
    std::string hex_;
};

}  // namespace ww::content
