// SPDX-License-Identifier: BSD-3-Clause
//
// Chance from the operating system, good enough for keys.
#pragma once

#include <cstdint>
#include <string>

namespace ww::sprig {

std::string random_bytes(size_t count);

/// Evenly one of 0 ... limit - 1; `limit` is not 0.
uint64_t random_below(uint64_t limit);

}  // namespace ww::sprig
