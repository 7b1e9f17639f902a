// SPDX-License-Identifier: BSD-3-Clause
//
// Editing the text of nodes.conf: only the lines of what changed are touched, so comments, order,
// quoting and keys nobody knows survive. Where the layout does not allow it (flow style, aliases),
// the smallest enclosing entry is written anew; it then loses its comments, never its keys.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "store/node.h"
#include "store/nodes_reader.h"
#include "store/yaml_document.h"

namespace ww::store {

struct Spliced {
    std::string text;
    NodesFile file;  // `text`, read back
};

/// The text that reads as `after`. `document` is what `text` holds and `before` what was read from
/// it. The result has been read back and compared, so that no edit is lost in writing. Errors:
/// FailedPrecondition (the layout cannot be edited and writing it anew would lose a second
/// document).
Result<Spliced> splice(std::string_view text,
                       const YamlDocument& document,
                       const Registry& before,
                       const Registry& after);

}  // namespace ww::store
