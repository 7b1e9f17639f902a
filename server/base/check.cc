// SPDX-License-Identifier: BSD-3-Clause
#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace ww {

void check_failed(const char* file, int line, const char* text) {
    std::fprintf(stderr, "%s:%d: bug: %s\n", file, line, text);
    std::abort();
}

}  // namespace ww
