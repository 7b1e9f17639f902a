// SPDX-License-Identifier: BSD-3-Clause
#include "image/variant.h"

#include <fmt/format.h>

namespace ww::image {

std::string Variant::text() const {
    return beside ? fmt::format("{}@{}", name, to_string(*beside)) : name;
}

std::string Variant::folder() const {
    return beside ? fmt::format("rootfs.{}", to_string(*beside)) : "rootfs";
}

std::optional<Variant> Variant::from(std::string_view text) {
    const size_t at = text.find('@');
    if (at == std::string_view::npos) return Variant(text);
    const auto architecture = architecture_from(text.substr(at + 1));
    if (!architecture) return std::nullopt;
    return Variant(text.substr(0, at), architecture);
}

std::optional<Architecture> architecture_of_folder(std::string_view folder) {
    constexpr std::string_view kStart = "rootfs.";
    if (!folder.starts_with(kStart)) return std::nullopt;
    const auto architecture = architecture_from(folder.substr(kStart.size()));
    // One spelling only: "rootfs.arm64" is no tree of ours.
    if (architecture && folder.substr(kStart.size()) != to_string(*architecture))
        return std::nullopt;
    return architecture;
}

}  // namespace ww::image
