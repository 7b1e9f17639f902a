// SPDX-License-Identifier: BSD-3-Clause
//
// GzipSink: compresses a stream into one gzip member with all cores. The input is cut into fixed
// chunks; each becomes a run of deflate blocks that ends on a byte boundary, and the runs are
// written one after the other, as pigz does. One member, because iPXE and older kernels stop after
// the first. The header carries no name and no time: equal input gives equal output, whatever the
// threads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "archive/byte_sink.h"

namespace ww::archive {

enum class GzipLevel {
    Quick,   // ISA-L: 0.8 GB/s on two cores, a tenth larger than gzip -6
    Best,    // zlib: no larger than gzip -6
    Stored,  // not compressed at all: what unpacks it only copies
};

/// Threads are started only when a second chunk comes: small streams are compressed by the caller.
/// Not thread-safe itself; `out` is written only by the thread that calls write() and finish().
class GzipSink final : public ByteSink {
   public:
    /// Uses up to `threads` threads; 0 means one per processor.
    explicit GzipSink(ByteSink& out, unsigned threads = 0, GzipLevel level = GzipLevel::Quick);
    ~GzipSink() override;
    GzipSink(const GzipSink&) = delete;
    GzipSink& operator=(const GzipSink&) = delete;

    Result<void> write(std::string_view bytes) override;
    /// Must be called once, last: writes what is left, the checksum and the length.
    Result<void> finish();

   private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The whole of `bytes` as one member.
std::string gzip(std::string_view bytes);

}  // namespace ww::archive
