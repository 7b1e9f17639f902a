// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

namespace ww::ctl {

/// Aligns the cells of a text, which tabs separate, with two blanks between columns. A line that
/// has no further cell ends the column: what is below it is aligned anew. Source: Go's
/// text/tabwriter, which upstream uses.
std::string align_tabs(std::string_view text);

}  // namespace ww::ctl
