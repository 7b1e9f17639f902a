// SPDX-License-Identifier: BSD-3-Clause
//
// Payload: a large content that many archives have in common, kept once in the two forms in which
// archives leave: as it is, and as a run of a gzip member. One file holds both, one behind the
// other, and then what is to be known about them:
//
//     content, run, size of the content (u64), size of the run (u64), CRC-32 of the content (u32),
//     "wwp1"
//
// Numbers are little-endian.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "archive/byte_sink.h"
#include "base/file_span.h"

namespace ww::archive {

struct PayloadShape {
    uint64_t size = 0;         // bytes of the content, which is where the run begins
    uint64_t packed_size = 0;  // bytes of the run
    uint32_t crc = 0;          // CRC-32 of the content

    bool operator==(const PayloadShape&) const = default;
};

struct Payload {
    PayloadShape shape;
    SharedFd file;
    std::string digest;  // SHA-256 of the whole file, 64 hex digits
};

using PayloadPtr = std::shared_ptr<const Payload>;

/// Writes the file of what is in `from`, from its start to its end. Blocking; several threads
/// where it is long. Errors: Io, those of `out`, Cancelled.
Result<void> write_payload(int from,
                           std::string_view name,
                           ByteSink& out,
                           const std::stop_token& stop = {});

/// Of a file that write_payload wrote, which has this digest. Errors: Unprocessable (it did not),
/// Io.
Result<PayloadPtr> payload_from(UniqueFd file, std::string digest);

/// A payload that is in memory alone. Errors: Io.
Result<PayloadPtr> payload_in_memory(std::string_view content);
/// The same of what is in a file, from its start to its end, with no other copy of it.
Result<PayloadPtr> payload_in_memory(int from, std::string_view name);

}  // namespace ww::archive
