// SPDX-License-Identifier: BSD-3-Clause
//
// A check of read_yaml(): that following every alias of a document ends, and soon.
#pragma once

#include "store/yaml_document.h"

namespace ww::store {

/// Errors: Unprocessable with place (an anchor that contains itself; a tree beyond
/// kMaxExpandedNodes or kMaxYamlDepth).
Result<void> check_aliases(const YamlDocument& document);

}  // namespace ww::store
