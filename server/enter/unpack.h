// SPDX-License-Identifier: BSD-3-Clause
//
// Puts a node's overlay archive over a root file system as a booting node does: links in the root
// are followed, but never out of it.
#pragma once

#include <string>

#include "base/confined_dir.h"
#include "base/result.h"

namespace ww::enter {

/// Larger ones than this are no overlays. In bytes.
inline constexpr int64_t kMostArchive = int64_t{2} << 30;

/// `archive`: path of an uncompressed cpio "newc". Errors: NotFound, TooLarge, Unprocessable, Io.
Result<void> unpack(const std::string& archive, const ConfinedDir& root);

}  // namespace ww::enter
