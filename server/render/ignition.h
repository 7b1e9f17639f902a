// SPDX-License-Identifier: BSD-3-Clause
//
// The disks and file systems of a node as an Ignition configuration. Source: templates.md §10.2;
// Ignition's configuration specification 3.2, storage section.
#pragma once

#include <string>

#include "base/result.h"
#include "nodes/node.h"

namespace ww::render {

/// Compact JSON; empty if the node has neither disks nor file systems.
/// Errors: Unprocessable, a number or size that is not one, with disk and partition.
Result<std::string> ignition_json(const nodes::Node& node);

}  // namespace ww::render
