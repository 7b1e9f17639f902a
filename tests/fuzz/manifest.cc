// SPDX-License-Identifier: BSD-3-Clause
//
// Any bytes as a document of an OCI image: what is read has well-formed digests and no more than
// the limits.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "oci/manifest.h"

namespace {

void check(const std::vector<ww::oci::Descriptor>& list, size_t most) {
    WW_CHECK(list.size() <= most, "a list is over its limit");
    for (const ww::oci::Descriptor& one : list)
        WW_CHECK(ww::oci::Digest::parse(one.digest.text()).has_value(), "a digest is none");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto index = ww::oci::parse_index(text, "index"))
        check(index->manifests, ww::oci::kMaxManifests);
    if (const auto manifest = ww::oci::parse_manifest(text, "manifest"))
        check(manifest->layers, ww::oci::kMaxLayers);
    (void)ww::oci::parse_config(text, "config");
    (void)ww::oci::Platform::parse(text);
    return 0;
}
