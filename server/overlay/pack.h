// SPDX-License-Identifier: BSD-3-Clause
//
// From the files of an image to its archive, described in pieces. The same files make the same
// archive, whenever it is made.
//
// The times of files are for Warewulf's wwclient, which leaves a file alone if its size, mode and
// time are what they were, where an archive has whole seconds only. So a time is the last one in
// the hour before the file became what it is that leaves the content's own remainder: the same for
// the same content, and another one for nearly every other, though both were made in the same
// second, or for two nodes at once. A folder has the time of the newest file in it. Source:
// reference/overlays.md §3, §13.1, reference/images-and-boot.md §3.5.
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

/// The cpio archive. Blocking where a large file is new. Errors: TooLarge (a file), Io.
Result<archive::Pieces> describe(const FileTree& files, Payloads& payloads);

/// The time of a file with this content (by its CRC-32) since `since`, in Unix seconds.
int64_t time_of_content(uint32_t crc, int64_t since);

}  // namespace ww::overlay
