// SPDX-License-Identifier: BSD-3-Clause
//
// Platform: what an image runs on, in OCI's words ("linux/arm64/v8") and in everybody else's.
// Source: OCI image-spec v1.1, image-index.md "Platform Variants".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/machine/architecture.h"
#include "base/result.h"

namespace ww::oci {

/// A value. `architecture` and `variant` as an image has them: any words.
struct Platform {
    std::string os = "linux";
    std::string architecture;  // Go's word
    std::string variant;

    bool operator==(const Platform&) const = default;

    /// "linux/arm64/v8"
    std::string text() const;
    /// None for an architecture we have no name for.
    std::optional<Architecture> machine() const;

    static Platform of(Architecture architecture);
    /// What an administrator types: "arm64", "aarch64", "x86_64", "linux/arm64", "arm64/v8",
    /// "linux/arm64/v8". Errors: InvalidArgument, with the words there are.
    static Result<Platform> parse(std::string_view text);

    /// Whether an image made for `this` is what was `wanted`: the same system and architecture;
    /// the variant too if one was asked for ("v8" is what every arm64 is).
    bool fits(const Platform& wanted) const;
};

}  // namespace ww::oci
