// SPDX-License-Identifier: BSD-3-Clause
//
// Room on disks: looked at before much is written, so that what does not fit fails with a sentence
// and not in the middle.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ww {

/// Bytes that whoever is no superuser may still write at `path`, which need not be there: what
/// counts is the nearest folder above it that is. Errors: Io.
Result<uint64_t> room_at(const std::string& path);

/// Errors: Unavailable, "PATH has room for 5 bytes, of the 9 that USE" (`use`: "it takes"); Io.
Result<void> check_room(const std::string& path, uint64_t bytes, std::string_view use);

}  // namespace ww
