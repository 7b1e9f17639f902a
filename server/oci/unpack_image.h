// SPDX-License-Identifier: BSD-3-Clause
//
// Unpacks all layers of an image into a tree. Each is checked twice: what is packed against its
// digest and size before a byte of it is used, what came out of it against the configuration.
#pragma once

#include <functional>
#include <string>

#include "base/confined_dir.h"
#include "base/progress.h"
#include "base/result.h"
#include "oci/layout.h"
#include "oci/unpack.h"

namespace ww::oci {

/// Opens a blob, which it has checked against digest and size: see verify_blob().
using BlobOpener = std::function<Result<UniqueFd>(const Descriptor& what)>;

struct ImageUnpackOptions {
    UnpackLimits limits;
    std::stop_token stop;
    /// Bytes are packed ones, of image.bytes(). On the calling thread.
    ProgressSink progress;
};

struct Unpacked {
    uint64_t entries = 0;
    uint64_t bytes = 0;    // of files
    std::string not_kept;  // as Unpacker::not_kept()
};

/// What is in `tree` counts as a lower layer. It must be the caller's alone; after an error it is
/// of no use. Errors: those of `open` and of Unpacker; Unprocessable, naming the layer, where
/// content is not what its digest says.
Result<Unpacked> unpack_image(const ImageDigest& image,
                              const BlobOpener& open,
                              const ConfinedDir& tree,
                              const ImageUnpackOptions& options = {});

/// A tar of a root file system, packed in any way Decompress knows. Whiteouts in it are names like
/// others. `total_bytes`: of what `packed` gives, 0 if not known.
Result<Unpacked> unpack_tar(ByteSource& packed,
                            uint64_t total_bytes,
                            const ConfinedDir& tree,
                            const ImageUnpackOptions& options = {});

}  // namespace ww::oci
