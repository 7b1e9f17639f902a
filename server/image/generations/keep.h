// SPDX-License-Identifier: BSD-3-Clause
//
// Keeps what was built as a generation of its image.
#pragma once

#include <cstdint>
#include <string>

#include "archive/pair_writer.h"
#include "image/build.h"
#include "image/generations/history.h"

namespace ww::image {

/// A build before it is in place.
struct Unpublished {
    const archive::PairResult& result;  // with the digest of the compressed file
    const std::string& compressed;      // where that is
};

/// For the holder of the image's SourceLock. The generation's number: a new one, unless the bytes
/// are those of one that is there. Durable when it returns. Errors: Cancelled, Io, Unprocessable.
Result<uint64_t> keep_generation(const Images& images,
                                 const Variant& tree,
                                 const Unpublished& build,
                                 const BuildOptions& options);

}  // namespace ww::image
