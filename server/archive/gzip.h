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

/// What comes out: a member, or a run of a member that others put together, which ends on a byte
/// boundary and needs nothing of what stands before it.
enum class GzipExtent { Member, Run };

/// Threads are started only when a second chunk comes: small streams are compressed by the caller.
/// Not thread-safe itself; `out` is written only by the thread that calls write() and finish().
class GzipSink final : public ByteSink {
   public:
    /// Uses up to `threads` threads; 0 means one per processor.
    explicit GzipSink(ByteSink& out,
                      unsigned threads = 0,
                      GzipLevel level = GzipLevel::Quick,
                      GzipExtent extent = GzipExtent::Member);
    ~GzipSink() override;
    GzipSink(const GzipSink&) = delete;
    GzipSink& operator=(const GzipSink&) = delete;

    Result<void> write(std::string_view bytes) override;
    /// Must be called once, last: writes what is left; of a member, the checksum and the length.
    Result<void> finish();
    /// CRC-32 of what was written, after finish().
    uint32_t crc() const;

   private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The whole of `bytes` as one member.
std::string gzip(std::string_view bytes);

/// What stands before the runs of a member that is put together, and what behind them: an empty
/// last block, the checksum and the length. Source: RFC 1951 §3.2.6, RFC 1952 §2.3.
std::string_view gzip_head();
std::string gzip_tail(uint32_t crc, uint64_t length);

/// Appends `bytes` to `out` as a run and returns their CRC-32. For small ones: one thread, no
/// start-up costs after its first call.
uint32_t append_run(std::string_view bytes, std::string& out);

/// CRC-32 of a text.
uint32_t crc_of(std::string_view bytes);
/// CRC-32 of a text from those of its two parts.
uint32_t joined_crc(uint32_t first, uint32_t second, uint64_t second_length);

}  // namespace ww::archive
