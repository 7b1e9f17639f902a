// SPDX-License-Identifier: BSD-3-Clause
//
// What a site still needs before its nodes can boot: the first thing a new site wants to know, and
// said at start and in `wwctl server status`.
#pragma once

#include <string>
#include <vector>

#include "api/site.h"

namespace ww::api {

/// A sentence each, with the command that mends it. About a dozen lines at most, however many nodes
/// there are: those that lack the same are one line, which names the first few. Blocking (stats
/// images); a few milliseconds for 10,000 nodes. It looks at the nodes last read.
std::vector<std::string> what_is_lacking(const Site& site);

}  // namespace ww::api
