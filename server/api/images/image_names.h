// SPDX-License-Identifier: BSD-3-Clause
//
// Images as nodes and profiles name them. Internal to this layer.
#pragma once

#include <string>

#include "base/result.h"
#include "nodes/node.h"

namespace ww::api {

/// Errors: FailedPrecondition, naming one that uses it, and more in the hint.
Result<void> check_unused(const nodes::Registry& registry, const std::string& name);

/// In every node and profile that names it, with or without a generation.
void rename_image_in(nodes::Registry& registry, const std::string& from, const std::string& to);

}  // namespace ww::api
