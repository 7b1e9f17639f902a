// SPDX-License-Identifier: BSD-3-Clause
//
// "Did you mean": for the names of a site. Internal to this layer.
#pragma once

#include <string>
#include <string_view>

#include "api/site.h"
#include "nodes/node.h"
#include "protocol/edit.h"

namespace ww::api {

/// `did you mean "n01"?`, or nothing if no name is close. A node with another number is another
/// node, not a misspelt one.
std::string node_hint(const nodes::Registry& registry, std::string_view wrong);
std::string profile_hint(const nodes::Registry& registry, std::string_view wrong);
std::string image_hint(const Site& site, std::string_view wrong);

/// Fills in `hints` for what is missing; for the first few, since each looks at every name.
void suggest_nodes(const nodes::Registry& registry, protocol::ChangeReply& reply);
void suggest_profiles(const nodes::Registry& registry, protocol::ChangeReply& reply);

/// A sentence with a hint, if there is one.
std::string with_hint(std::string text, const std::string& hint);

}  // namespace ww::api
