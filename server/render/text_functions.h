// SPDX-License-Identifier: BSD-3-Clause
//
// The parts of Warewulf's template functions that only turn text into text.
// Source: reference/templates.md §10.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ww::render {

/// Byte-wise: letters, digits and ":_." stay, "/" becomes "-", the rest and a leading "." become
/// \xHH.
std::string systemd_escape(std::string_view text);
/// The same for a path: slashes at the ends dropped, runs merged, "-" for nothing.
std::string systemd_escape_path(std::string_view path);

/// Drops a line whose `index`th field (split at `separator`) was seen on an earlier line. Lines
/// without that field, or with an empty one, stay. Error: InvalidArgument for a negative index.
Result<std::string> unique_field(std::string_view separator, int64_t index, std::string_view input);

/// The lines before the first one that contains `marker`, each ended by "\n" (CRLF becomes LF),
/// then the marker itself; all lines if none does.
std::string block_before(std::string_view text, std::string_view marker);

/// Without one "\n" at the end.
std::string_view without_final_newline(std::string_view text);

}  // namespace ww::render
