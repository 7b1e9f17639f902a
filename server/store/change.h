// SPDX-License-Identifier: BSD-3-Clause
//
// Changes of nodes and profiles as values, for Database::commit().
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "nodes/node.h"

namespace ww::store {

/// Edits the registry it is given, or refuses with an error, which then is commit()'s.
using Change = std::function<Result<void>(nodes::Registry&)>;

/// Errors of the made changes: AlreadyExists (add), NotFound (remove).
Change add_node(std::string id, nodes::Node node);
Change put_node(std::string id, nodes::Node node);
Change remove_node(std::string id);
Change add_profile(std::string id, nodes::Profile profile);
Change put_profile(std::string id, nodes::Profile profile);
Change remove_profile(std::string id);

}  // namespace ww::store
