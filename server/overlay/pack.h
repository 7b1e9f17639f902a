// SPDX-License-Identifier: BSD-3-Clause
//
// From the files of an image to its archive on disk. An entry that is the same as in the archive
// before keeps its time there, so that nodes, which compare times, rewrite only what changed; an
// archive that comes out the same is left alone. Source: reference/overlays.md §3, §13.1.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "overlay/file_tree.h"

namespace ww::overlay {

/// Writes `path` and `path`.gz; their folder must exist. `now` in Unix seconds.
/// Errors: TooLarge (a file), Io.
Result<void> pack(const FileTree& files, const std::string& path, int64_t now);

}  // namespace ww::overlay
