// SPDX-License-Identifier: BSD-3-Clause
#include "oci/platform.h"

#include <fmt/format.h>

#include <vector>

#include "base/quote.h"

namespace ww::oci {

namespace {

/// The variant that is meant where none is told.
std::string_view usual_variant(std::string_view architecture) {
    if (architecture == "arm64") return "v8";
    if (architecture == "arm") return "v7";
    return architecture == "amd64" ? "v1" : "";
}

}  // namespace

std::string Platform::text() const {
    return variant.empty() ? fmt::format("{}/{}", os, architecture)
                           : fmt::format("{}/{}/{}", os, architecture, variant);
}

std::optional<Architecture> Platform::machine() const { return architecture_from(architecture); }

Platform Platform::of(Architecture architecture) {
    return {.architecture = std::string(go_name(architecture))};
}

Result<Platform> Platform::parse(std::string_view text) {
    const Error refused =
        Error(ErrorCode::InvalidArgument, fmt::format("no such platform: {}", quote(text)))
            .with_hint(
                "as an architecture (x86_64, aarch64, amd64, arm64) or as OCI writes it "
                "(linux/arm64/v8)");
    std::vector<std::string_view> words;
    for (std::string_view rest = text;;) {
        const size_t slash = rest.find('/');
        words.push_back(rest.substr(0, slash));
        if (slash == std::string_view::npos) break;
        rest.remove_prefix(slash + 1);
    }
    Platform platform;
    if (words.front() == "linux") words.erase(words.begin());
    if (words.empty() || words.size() > 2) return refused;
    const auto architecture = architecture_from(words[0]);
    if (!architecture) return refused;
    platform.architecture = go_name(*architecture);
    if (words.size() == 2) {
        if (words[1].empty()) return refused;
        platform.variant = words[1];
    }
    return platform;
}

bool Platform::fits(const Platform& wanted) const {
    // Images of skopeo's older releases say "aarch64" where Go says "arm64".
    const auto ours = machine();
    const bool same_machine = ours ? ours == wanted.machine() : architecture == wanted.architecture;
    if (os != wanted.os || !same_machine) return false;
    if (wanted.variant.empty()) return true;
    const std::string_view have =
        variant.empty() ? usual_variant(wanted.architecture) : std::string_view(variant);
    return have == wanted.variant;
}

}  // namespace ww::oci
