// SPDX-License-Identifier: BSD-3-Clause
//
// Record: what is known of a tree besides what is in it: what machines it is for, where it came
// from. A small JSON file beside the tree, CHROOTS/NAME/rootfs.json (rootfs.aarch64.json), 0644.
// A tree without one, as upstream makes them, has the rest found by looking at it. A record is
// taken away before its tree changes places and written after: it never speaks of another tree.
//
//     {"version": 1, "architecture": "aarch64", "source": "docker://…", "digest": "sha256:…",
//      "platform": "linux/arm64/v8", "created": "…", "imported": 1764490000, "files": 9515,
//      "bytes": 285000000, "compression": "zstd", "blobs": ["sha256:…"]}
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/machine/architecture.h"
#include "base/result.h"
#include "content/digest.h"
#include "image/compression/compression.h"
#include "image/image.h"

namespace ww::image {

struct Record {
    std::optional<Architecture> architecture;
    std::string source;    // as typed; no secrets
    std::string digest;    // of the manifest: "sha256:…"; empty for what has none
    std::string platform;  // "linux/arm64/v8", as the image says it
    std::string created;   // RFC 3339, when the image was made
    int64_t imported = 0;  // Unix seconds
    uint64_t files = 0;    // entries unpacked or copied
    uint64_t bytes = 0;    // of them
    Compression compression = Compression::Default;  // as was asked for
    std::vector<content::Digest> blobs;              // in the content store
};

/// CHROOTS/NAME/rootfs.json
std::string record_path(const Images& images, const Variant& tree);

/// What is written down; a record of a newer version or none that can be read counts as none, with
/// a word in the log.
std::optional<Record> read_record(const Images& images, const Variant& tree);

std::string record_text(const Record& record);
/// Errors: Io.
Result<void> write_record(const std::string& path, const Record& record);

/// Writes down what was asked for, in the record there is or a new one. The image's folder keeps
/// its time, which lists show as the image's. Errors: Unprocessable (a record that cannot be read),
/// Io.
Result<void> set_compression(const Images& images, const Variant& tree, Compression compression);

/// What machines a tree is for: as recorded, else as found. None if neither tells.
std::optional<Architecture> architecture_of(const Images& images, const Variant& tree);

/// The tree of an image for machines of `architecture`: the first that is, or one nobody knows the
/// architecture of. None if all are for others.
std::optional<Variant> variant_for(const Images& images,
                                   std::string_view name,
                                   Architecture architecture);

/// What the trees of all images have in the content store. For its garbage collection. Errors: Io,
/// Unprocessable (a record that cannot be read may need what it does not tell).
Result<std::vector<content::Digest>> recorded_blobs(const Images& images);

}  // namespace ww::image
