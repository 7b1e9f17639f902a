// SPDX-License-Identifier: BSD-3-Clause
//
// Digest: the name of a blob by its content. SHA-256 only: it is what registries, skopeo and the
// content store use. Source: OCI image-spec v1.1, descriptor.md "Digests".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ww::oci {

/// A value; there is none that is not well-formed.
class Digest {
   public:
    /// "sha256:" and 64 lower-case hex digits.
    static std::optional<Digest> from(std::string_view text);
    /// Of bytes at hand.
    static Digest of(std::string_view bytes);
    /// 64 lower-case hex digits, from Sha256.
    static Digest from_hex(std::string hex) { return Digest(std::move(hex)); }

    const std::string& hex() const { return hex_; }
    std::string text() const { return "sha256:" + hex_; }
    bool operator==(const Digest&) const = default;
    auto operator<=>(const Digest&) const = default;

   private:
    explicit Digest(std::string hex) : hex_(std::move(hex)) {}
    std::string hex_;
};

}  // namespace ww::oci
