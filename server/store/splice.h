// SPDX-License-Identifier: BSD-3-Clause
//
// Editing the text of nodes.conf: only the lines of what changed are touched, so comments, order,
// quoting and keys nobody knows survive. Where the layout does not allow it (flow style, aliases),
// the smallest enclosing entry is written anew; it then loses its comments, never its keys.
#pragma once

#include <memory>

#include "base/result.h"
#include "store/node.h"
#include "store/source_file.h"

namespace ww::store {

/// The text that reads as `after`, read back and compared, so that no edit is lost in writing. Looks
/// only at the entries that are not shared between `file` and `after`, if the file has a layout.
/// Errors: FailedPrecondition (the layout cannot be edited and writing it anew would lose a second
/// document).
Result<std::shared_ptr<const SourceFile>> splice(const SourceFile& file, const Registry& after);

}  // namespace ww::store
