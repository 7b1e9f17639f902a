// SPDX-License-Identifier: BSD-3-Clause
//
// Changes written like nodes.conf (`wwctl apply`): what is given replaces what is there, key by
// key; null takes a key out, a whole node too; lists are replaced. Source: RFC 7396, JSON Merge
// Patch.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "nodes/node.h"

namespace ww::nodes {

/// `before` with the changes of `patch`, whose name stands in places. Errors: Unprocessable with
/// the place of every value that its key cannot take and of every key nobody knows.
Result<Registry> apply_patch(const Registry& before,
                             std::string_view patch,
                             const std::string& name);

/// Of a network device, disk, file system or resource that both have: what the import does not
/// mention.
enum class Unmentioned {
    Dropped,  // as upstream: the imported one takes its place
    Kept,     // merged key by key
};

/// Lays an imported entry (`wwctl node import`) over the one of its name: what is set in it wins.
void import_over(Node& existing, const Node& imported, Unmentioned rest);
void import_over(Profile& existing, const Profile& imported, Unmentioned rest);

}  // namespace ww::nodes
