// SPDX-License-Identifier: BSD-3-Clause
//
// How far long work has come, as it tells whoever asked for it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace ww {

/// Counts are of the phase; a total of 0 is not known (yet).
struct Progress {
    std::string phase;  // "copying"
    uint64_t bytes = 0;
    uint64_t total_bytes = 0;
    uint64_t files = 0;
    uint64_t total_files = 0;
};

/// Called often, on a thread that works: must be quick.
using ProgressSink = std::function<void(const Progress&)>;

}  // namespace ww
