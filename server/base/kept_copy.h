// SPDX-License-Identifier: BSD-3-Clause
//
// A copy of a file kept beside it before something replaces it. Copies are never overwritten.
#pragma once

#include <string>

#include "base/result.h"

namespace ww {

/// Copies PATH with mode and owner to PATH-old or, if that holds something else already, to the
/// first free of PATH-old.1, PATH-old.2, … Returns the name; a copy with the same bytes is good
/// enough. Blocking, durable. Errors: those of reading and writing.
Result<std::string> keep_copy(const std::string& path);

}  // namespace ww
