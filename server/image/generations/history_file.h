// SPDX-License-Identifier: BSD-3-Clause
//
// A History as text: JSON, one file for each tree, `generations/NAME[@ARCH].json` in the folder of
// the content store.
//
//     {"format":1, "next":8, "generations":[{"number":7, "digest":"sha256:…", "size":…, …}]}
#pragma once

#include <string>
#include <string_view>

#include "image/generations/history.h"

namespace ww::image {

std::string history_text(const History& history);

/// Errors: Unprocessable, naming the member.
Result<History> parse_history(std::string_view text);

}  // namespace ww::image
