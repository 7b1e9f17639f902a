// SPDX-License-Identifier: BSD-3-Clause
//
// Decompress: the plain bytes of a stream packed by gzip, zstd, xz, bzip2, lz4 or not at all; which
// it is, its first bytes tell. Nothing is run for it, whatever the stream claims to be.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "oci/byte_source.h"

namespace ww::oci {

/// What unpacking xz may take: a dictionary of 128 MiB, twice that of `xz -9`, and what belongs to
/// it. zstd grants a window of 128 MiB, and is refused at more; lzma is not known for what it is
/// with a larger dictionary than that.
inline constexpr uint64_t kMaxXzMemory = uint64_t{129} << 20;

/// The plain bytes of `packed`, which must outlive it. gzip: any number of members, checked by
/// their CRC-32 and length (RFC 1952 §2.3.1); zeros behind the last are padding. Memory: under 10
/// MiB for gzip, otherwise what the packer asked for, within these limits.
/// Errors of next(): Unprocessable (damaged, cut short, packed more than once); TooLarge (a limit,
/// named); those of `packed`.
class Decompress final : public ByteSource {
   public:
    explicit Decompress(ByteSource& packed);
    ~Decompress() override;
    Result<std::string_view> next() override;

   private:
    ByteSource& packed_;
    std::unique_ptr<ByteSource> plain_;  // made when the first bytes are known
};

}  // namespace ww::oci
