// SPDX-License-Identifier: BSD-3-Clause
//
// Images in archives: what `docker save` writes, and OCI layouts in a tar. Read in one pass from
// its beginning to its end, packed or not; blobs go into the content store on the way, each under
// its digest. Sources: OCI image-spec v1.1, image-layout.md; Docker Image Specification v1.2,
// "Combined Image JSON + Filesystem Changeset Format".
#pragma once

#include <optional>
#include <stop_token>
#include <string_view>

#include "base/progress.h"
#include "base/result.h"
#include "content/store.h"
#include "oci/byte_source.h"
#include "oci/image_digest.h"

namespace ww::oci {

/// An image has a few hundred.
inline constexpr uint64_t kMaxArchiveEntries = 10'000;
/// Of all blobs of an archive, unpacked.
inline constexpr uint64_t kMaxArchiveBytes = uint64_t{1} << 40;

struct ArchiveOptions {
    std::optional<Platform> wanted;
    std::stop_token stop;
    ProgressSink progress;  // bytes of blobs
    uint64_t max_bytes = kMaxArchiveBytes;
};

/// The image called `name` (a tag of Docker's, a name of an OCI index), or the only one. The caller
/// holds the store. Errors: Unprocessable (no such archive, damaged, something is missing),
/// InvalidArgument (several images), NotFound (no such name, not for this platform), TooLarge, Io,
/// Cancelled.
Result<ImageDigest> read_archive(ByteSource& packed,
                                 const content::Store& store,
                                 std::string_view name,
                                 const ArchiveOptions& options = {});

}  // namespace ww::oci
