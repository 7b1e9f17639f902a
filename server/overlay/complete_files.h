// SPDX-License-Identifier: BSD-3-Clause
//
// The complete files of an archive, NAME.img and NAME.img.gz, where upstream has them; and the mark
// beside them that says that the last good one is sent while it cannot be made.
#pragma once

#include <cstdint>
#include <string>

#include "archive/pieces.h"
#include "base/result.h"

namespace ww::overlay {

/// What nodes are sent while an archive cannot be made: an error, or what it was when it could.
enum class WhileFailing { Refuse, KeepLastGood };

/// Writes the archive as `path`, and its gzip form as `path`.gz, with the folder they are in. Files
/// that hold the same are left alone. Errors: Unavailable (no room, or they cannot be written).
Result<void> write_complete(const archive::Pieces& plain, const std::string& path);
/// By how many bytes all files together grow when it is written; negative if they shrink.
int64_t growth_by(const archive::Pieces& plain, const std::string& path);
/// Whether they hold the archive.
bool is_complete(const archive::Pieces& plain, const std::string& path);
/// Removes both, so that nobody takes what was sent once for what is sent.
void remove_complete(const std::string& path);

/// The mark outlives the process as the archive does. Errors: Io.
Result<void> set_while_failing(const std::string& path, WhileFailing policy);
bool keeps_last_good(const std::string& path);

}  // namespace ww::overlay
