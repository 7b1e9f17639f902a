// SPDX-License-Identifier: BSD-3-Clause
//
// A check of read(): that following every alias of a document ends, and soon.
#pragma once

#include "yaml/document.h"

namespace ww::yaml {

/// The number of nodes after all aliases are replaced by what they stand for. Errors: Unprocessable
/// with place (an anchor that contains itself; a tree beyond kMaxExpandedNodes or kMaxDepth).
Result<uint64_t> count_expanded(const Document& document);

}  // namespace ww::yaml
