// SPDX-License-Identifier: BSD-3-Clause
//
// From the files of an image to its archive, described in pieces.
// Entries have the time since when they are what they are, so that nodes, which compare times,
// rewrite only what changed. Source: reference/overlays.md §3, §13.1.
#pragma once

#include <cstdint>

#include "archive/pieces.h"
#include "base/result.h"
#include "overlay/file_tree.h"
#include "overlay/payloads.h"

namespace ww::overlay {

/// Large contents of one archive that are pieces of their own; of more, the largest. What is sent
/// of an archive has a bound (boot::kMaxPieces), and so have the files a front has open.
inline constexpr size_t kMaxPayloads = 500;

/// The cpio archive. `now`, in Unix seconds, for entries of which nobody knows the time. Blocking
/// where a large file is new. Errors: TooLarge (a file), Io.
Result<archive::Pieces> describe(const FileTree& files, Payloads& payloads, int64_t now);

}  // namespace ww::overlay
