// SPDX-License-Identifier: BSD-3-Clause
//
// WW_CHECK: an assumption whose breach is a bug of ours. Never reached by input, files or peers.
#pragma once

namespace ww {

/// Prints file, line and text on stderr and aborts.
[[noreturn]] void check_failed(const char* file, int line, const char* text);

}  // namespace ww

#define WW_CHECK(condition, text)                                       \
    do {                                                                \
        if (!(condition)) ::ww::check_failed(__FILE__, __LINE__, text); \
    } while (false)
