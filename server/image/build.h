// SPDX-License-Identifier: BSD-3-Clause
//
// Turns an image's root file system into what nodes download: NAME.img, a cpio, and NAME.img.gz;
// for kernels that unpack it also NAME.img.zst.
// Source: reference/images-and-boot.md §1.9, §1.10.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/progress.h"
#include "image/compression/compression.h"
#include "image/image.h"

namespace ww::image {

/// Who wants it and why, for the image's history.
struct Origin {
    std::string author;  // user
    std::string reason;  // command
};

struct BuildOptions {
    bool force = false;  // build even if nothing changed since the last time
    /// Asked for, and written down if the build succeeds; none: as written down.
    std::optional<Compression> compression;
    bool digests = false;  // compute the SHA-256 of both files
    unsigned threads = 0;  // for compression; 0: one per processor
    Origin origin;
    std::stop_token stop;
    /// Of the uncompressed archive. On the calling thread.
    ProgressSink progress;
};

struct BuildResult {
    bool current = false;     // nothing was done: the files on disk are newer than the tree
    uint64_t generation = 0;  // the number it has in the history; 0: it has none
    uint64_t entries = 0;
    uint64_t size = 0;
    uint64_t compressed_size = 0;
    uint64_t zstd_size = 0;    // 0: there is no zstd copy
    std::string zstd_lacking;  // why there is none though it was asked for when it was built before
    std::string sha256;        // with `digests`
    std::string compressed_sha256;  // with `digests`
};

/// Blocks until done; two builds of one image take turns, also across processes. Old files stay in
/// place and served until the new ones are complete, and if the build fails. A generation that
/// cannot be kept is a word in the log, no failure.
/// Errors: NotFound (no such image), TooLarge (a file of 4 GiB or more, named), Conflict (a file
/// changed while it was read), FailedPrecondition (zstd is asked for, and a kernel does not unpack
/// it), Io, Cancelled.
Result<BuildResult> build_image(const Images& images,
                                const Variant& tree,
                                const BuildOptions& options = {});

/// Whether both files are there and nothing in the tree changed since they were built.
/// Errors: NotFound, Io.
Result<bool> is_current(const Images& images, const Variant& tree);

}  // namespace ww::image
