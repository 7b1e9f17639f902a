// SPDX-License-Identifier: BSD-3-Clause
#include "oci/image_digest.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace ww::oci {

namespace {

/// An entry of an index that can be booted: attestations and signatures are in it, too.
bool is_image(const Descriptor& entry) { return !entry.platform || entry.platform->os == "linux"; }

std::string platforms_of(const std::vector<Descriptor>& entries) {
    std::set<std::string> words;
    for (const Descriptor& entry : entries)
        if (entry.platform && is_image(entry)) words.insert(entry.platform->text());
    return fmt::format("{}", fmt::join(words, ", "));
}

Error not_for(const Platform& wanted, const std::string& have) {
    return Error(ErrorCode::NotFound,
                 fmt::format("the image is not for {}; it is for {}",
                             wanted.text(),
                             have.empty() ? std::string("no platform it names") : have));
}

}  // namespace

uint64_t ImageDigest::bytes() const {
    uint64_t sum = 0;
    for (const Descriptor& layer : layers) sum += layer.size;
    return sum;
}

Result<Descriptor> choose(const Index& index, const std::optional<Platform>& wanted) {
    std::vector<Descriptor> images;
    std::ranges::copy_if(index.manifests, std::back_inserter(images), is_image);
    if (images.empty()) return Error(ErrorCode::NotFound, "the image's index is empty");
    if (images.size() == 1 && !wanted) return images[0];
    const Platform platform = wanted ? *wanted : Platform::of(own_architecture());
    for (const Descriptor& entry : images)
        if (entry.platform && entry.platform->fits(platform)) return entry;
    // Without a platform in the index, the configuration tells.
    if (images.size() == 1 && !images[0].platform) return images[0];
    return not_for(platform, platforms_of(images));
}

Result<ImageDigest> describe_image(const Descriptor& manifest,
                                   const Manifest& content,
                                   const ImageConfig& config,
                                   const std::optional<Platform>& wanted) {
    if (config.diff_ids.size() != content.layers.size())
        return Error(ErrorCode::Unprocessable,
                     fmt::format("{} has {} layers, its configuration {}",
                                 manifest.digest.text(),
                                 content.layers.size(),
                                 config.diff_ids.size()));
    // An index may say what it likes: this is what was built.
    if (wanted && !config.platform.fits(*wanted)) return not_for(*wanted, config.platform.text());
    return ImageDigest{.manifest = manifest.digest,
                       .platform = config.platform,
                       .created = config.created,
                       .layers = content.layers,
                       .diff_ids = config.diff_ids,
                       .documents = {manifest, content.config}};
}

}  // namespace ww::oci
