// SPDX-License-Identifier: BSD-3-Clause
//
// The documents of an OCI image as values: index, manifest, configuration. Docker's schema 2 has
// the same members under other media types and is read as well. Everything is checked: a document
// that was read has well-formed digests and sizes in range.
// Source: OCI image-spec v1.1: image-index.md, manifest.md, config.md, descriptor.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "content/digest.h"
#include "oci/platform.h"

namespace ww::oci {

using content::Digest;

/// A document that is larger is none of an image's. Registries have the same bound.
inline constexpr int64_t kMaxDocumentBytes = int64_t{4} << 20;
/// Docker's own limit is 127.
inline constexpr size_t kMaxLayers = 1000;
inline constexpr size_t kMaxManifests = 1000;

/// Where a blob is: by its content.
struct Descriptor {
    std::string media_type;
    Digest digest;
    uint64_t size = 0;
    std::optional<Platform> platform;  // in an index
    std::string ref_name;              // annotation org.opencontainers.image.ref.name
};

struct Index {
    std::vector<Descriptor> manifests;
};

struct Manifest {
    Descriptor config;
    std::vector<Descriptor> layers;  // the lowest first
};

struct ImageConfig {
    Platform platform;
    std::vector<Digest> diff_ids;  // of the layers, unpacked
    std::string created;           // RFC 3339, or empty
};

/// Errors of all: Unprocessable, naming the member; `name` says which document it is.
Result<Index> parse_index(std::string_view json, std::string_view name);
Result<Manifest> parse_manifest(std::string_view json, std::string_view name);
Result<ImageConfig> parse_config(std::string_view json, std::string_view name);

/// Of the archive that `docker save` writes.
struct DockerImage {
    std::string config;  // paths in the archive
    std::vector<std::string> layers;
};
/// The one of manifest.json whose tag is `tag`, or the only one there is. Errors: InvalidArgument
/// (several), NotFound, Unprocessable.
Result<DockerImage> choose_docker_image(std::string_view json, std::string_view tag);

inline constexpr std::string_view kOciConfigType = "application/vnd.oci.image.config.v1+json";
inline constexpr std::string_view kOciLayerType = "application/vnd.oci.image.layer.v1.tar";

/// A manifest as JSON, the same bytes for the same content.
std::string manifest_text(const Manifest& manifest);

bool is_index(std::string_view media_type);
bool is_manifest(std::string_view media_type);
/// A tar, packed or not. Others (encrypted ones, artifacts) are no root file system.
bool is_layer(std::string_view media_type);

}  // namespace ww::oci
