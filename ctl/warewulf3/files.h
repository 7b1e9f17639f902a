// SPDX-License-Identifier: BSD-3-Clause
//
// What a file of Warewulf 3 is here: an overlay of the site with that one file in it, "wwsh-NAME".
// Nodes list it among their runtime overlays. Those that Warewulf 3 made by itself are overlays of
// ours already.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "fields/warewulf3.h"

namespace ww::ctl::warewulf3 {

inline constexpr std::string_view kFileOverlay = "wwsh-";

inline std::string overlay_of_file(std::string_view name) {
    return std::string(kFileOverlay).append(name);
}

/// nullptr: none that Warewulf 3 brought along.
inline const fields::warewulf3::StockFile* stock_file(std::string_view name) {
    const auto& all = fields::warewulf3::kStockFiles;
    const auto it =
        std::find_if(all.begin(), all.end(), [&](const auto& row) { return row.name == name; });
    return it == all.end() ? nullptr : &*it;
}

/// Whether an overlay stands for a file of Warewulf 3.
inline bool is_file_overlay(std::string_view overlay) {
    const auto& all = fields::warewulf3::kStockFiles;
    return overlay.starts_with(kFileOverlay) ||
           std::any_of(all.begin(), all.end(), [&](const auto& row) {
               return !row.overlay.empty() && row.overlay == overlay;
           });
}

}  // namespace ww::ctl::warewulf3
