// SPDX-License-Identifier: BSD-3-Clause
//
// A check of read_yaml(): that following every alias of a document ends, and soon.
#pragma once

#include "store/yaml_document.h"

namespace ww::store {

/// The number of nodes after all aliases are replaced by what they stand for. Errors: Unprocessable
/// with place (an anchor that contains itself; a tree beyond kMaxExpandedNodes or kMaxYamlDepth).
Result<uint64_t> count_expanded(const YamlDocument& document);

}  // namespace ww::store
