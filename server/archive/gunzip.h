// SPDX-License-Identifier: BSD-3-Clause
//
// Unpacks gzip held in memory, with a bound on what comes out. Apart from gzip.h, so that the
// node's client does not carry a compressor.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ww::archive {

/// The content of one or more members; zeros after the last are ignored.
/// Errors: Unprocessable (not gzip, damaged, cut short), TooLarge (more than `max_bytes`).
Result<std::string> gunzip(std::string_view bytes, uint64_t max_bytes);

}  // namespace ww::archive
