// SPDX-License-Identifier: BSD-3-Clause
//
// Name: the first half of the SHA-256 of some bytes, for tables of a hundred thousand of them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>

#include "base/digest.h"

namespace ww::overlay {

struct Name {
    std::array<char, 16> bytes{};

    static Name of_digest(std::string_view digest) {
        Name name;
        std::copy_n(digest.begin(), std::min(digest.size(), name.bytes.size()), name.bytes.begin());
        return name;
    }
    static Name of(std::string_view bytes) { return of_digest(sha256(bytes)); }

    std::string_view view() const { return {bytes.data(), bytes.size()}; }
    bool operator==(const Name&) const = default;

    struct Hash {
        size_t operator()(const Name& name) const {
            size_t hash;
            std::memcpy(&hash, name.bytes.data(), sizeof hash);
            return hash;
        }
    };
};

}  // namespace ww::overlay
