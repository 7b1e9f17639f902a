// SPDX-License-Identifier: BSD-3-Clause
//
// Editing the text of nodes.conf: only the lines of what changed are touched, so comments, order,
// quoting and keys nobody knows survive, inside of a changed entry as well. Where the layout does
// not allow it (flow style, aliases), the smallest enclosing value is written anew; it then loses
// the comments in it, never its keys.
#pragma once

#include <memory>

#include "base/result.h"
#include "nodes/node.h"
#include "store/form.h"
#include "store/source_file.h"

namespace ww::store {

/// The text that reads as `after`, read back and compared, so that no edit is lost in writing.
/// Looks only at the entries that are not shared between `file` and `after`, if the file has a
/// layout. Errors: FailedPrecondition (other entries are made of one that changes, by an anchor,
/// and Form::Anew is not given; writing the file anew would lose a second document).
Result<std::shared_ptr<const SourceFile>> splice(const SourceFile& file,
                                                 const nodes::Registry& after,
                                                 Form form = Form::Keep);

}  // namespace ww::store
