// SPDX-License-Identifier: BSD-3-Clause
//
// The yes/no question before a change. Source: reference/cli.md §1.6.
#pragma once

#include <string_view>

namespace ww::ctl {

/// Shows "? LABEL? [y/N] " and reads a line of stdin. True for "y" and "yes" only; the end of the
/// input is a no. Colours only on a terminal.
bool confirm(std::string_view label);

}  // namespace ww::ctl
