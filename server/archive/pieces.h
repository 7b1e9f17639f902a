// SPDX-License-Identifier: BSD-3-Clause
//
// Pieces: an archive that is described, not written. What is its own is in one buffer; large
// contents that others have too are named by their payloads. Its size is known before its first
// byte, and any part of it can be sent. Byte for byte what CpioWriter and GzipSink would have
// written as one file: the gzip form is a single member, made of runs that end on byte boundaries
// (iPXE, GRUB and older kernels stop after the first member), its CRC-32 joined from theirs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "archive/byte_sink.h"
#include "archive/cpio_writer.h"
#include "archive/payload.h"

namespace ww::archive {

struct Piece {
    PayloadPtr payload;   // null: of the archive's own bytes
    uint64_t offset = 0;  // in the payload's file, or in the own bytes
    uint64_t length = 0;

    bool operator==(const Piece&) const = default;
};

/// Immutable once made; any thread.
struct Pieces {
    std::shared_ptr<const std::string> own;
    std::vector<Piece> list;  // in order; none is empty
    uint64_t size = 0;        // bytes of all of them

    /// SHA-256 over all of it, 64 hex digits; of a payload its digest counts, not its bytes.
    std::string digest() const;
    /// Writes [first, first + length), which must lie within it. Errors: those of `out`, Io,
    /// Conflict (a payload's file is too short).
    Result<void> write(ByteSink& out, uint64_t first, uint64_t length) const;
    Result<void> write(ByteSink& out) const { return write(out, 0, size); }
};

/// Not thread-safe. Entries in the order in which they are to be in the archive.
class Assembler {
   public:
    /// `own_bytes`: about as many it will have of its own.
    explicit Assembler(size_t own_bytes = 0) : cpio_(own_) { own_.reserve(own_bytes); }
    Assembler(const Assembler&) = delete;
    Assembler& operator=(const Assembler&) = delete;

    /// As CpioWriter::add.
    Result<void> add(const CpioEntry& entry, std::string_view data = {});
    Result<void> add(const CpioEntry& entry, PayloadPtr content);
    /// The cpio archive. Once, last.
    Result<Pieces> finish();

   private:
    StringSink own_;
    CpioWriter cpio_;
    std::vector<Piece> list_;
    uint64_t described_ = 0;  // of the own bytes
};

/// The gzip form of what Assembler made.
Pieces gzip(const Pieces& plain);

}  // namespace ww::archive
