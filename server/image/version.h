// SPDX-License-Identifier: BSD-3-Clause
//
// The version in the name of a kernel or initramfs, and how two of them compare. One parser for
// both: what pairs them must read them alike. Source: reference/images-and-boot.md §2.2, §2.3.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ww::image {

class Version {
   public:
    /// The first "1.2.3" or "1.2.3-4.5" in `path` that is whole:
    /// "/boot/vmlinuz-5.14.0-427.24.1.el9_4.x86_64" is 5.14.0-427.24.1.
    static std::optional<Version> find(std::string_view path);

    /// Normal form: the three numbers without leading zeros, the release as written.
    const std::string& text() const { return text_; }

    /// Numbers first, then the release part by part; a missing part is lower, but no release at all
    /// is the highest (it ranks as the final one, what follows a dash as a forerunner).
    std::strong_ordering operator<=>(const Version& other) const;
    bool operator==(const Version& other) const { return (*this <=> other) == 0; }

   private:
    static std::optional<Version> parse(std::string_view text);

    std::array<int64_t, 3> numbers_{};
    std::vector<std::string> release_;
    std::string text_;
};

}  // namespace ww::image
