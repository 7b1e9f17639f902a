// SPDX-License-Identifier: BSD-3-Clause
//
// How differences between files of nodes are shown.
#pragma once

#include <string>
#include <vector>

#include "ctl/output.h"
#include "protocol/origins.h"

namespace ww::ctl::cmd {

/// "n[1-3] (3 nodes)"; of one node its name.
std::string nodes_text(const std::string& nodes, int64_t count);

/// A paragraph for each.
void print_differences(Output& output, const std::vector<protocol::FileDifference>& files);

}  // namespace ww::ctl::cmd
