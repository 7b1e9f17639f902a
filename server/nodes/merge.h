// SPDX-License-Identifier: BSD-3-Clause
//
// How a node inherits: its profiles in order, itself last. Pure functions over raw entries.
// reference/store.md §3.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "nodes/node.h"

namespace ww::nodes {

/// The profiles of an entry in the order they are merged: nested ones before those that name them,
/// each once, negated ones ("~x") gone. Names of profiles that do not exist stay in.
StringList expand_profiles(const Registry& registry, const StringList& profiles);

/// A list without its "~x" items and without what they take out.
StringList without_negated(const StringList& list);

/// Lays `over` on top of `under`, everything but negation, comment and profiles. Errors:
/// Unprocessable (a resource that is a list over one that is a map or a single value).
Result<void> lay_over(Profile& under, const Profile& over);
Result<void> lay_over(Node& under, const Node& over);

/// Gives `node` what `entry` does not hand down or inherit: its profiles and its comment.
void take_own(Node& node, const Node& entry);

/// Merges nodes one after the other; what nodes with the same profile list share is merged once.
class Merger {
   public:
    /// `registry` must outlive the merger.
    explicit Merger(const Registry& registry) : registry_(registry) {}

    /// A node in full: inherited, id set, primary network chosen, lists without negated items.
    /// Errors: NotFound (no such node), Unprocessable (see lay_over).
    Result<Node> merge(const std::string& id);

   private:
    Result<std::shared_ptr<const Node>> base_of(const StringList& profiles);

    const Registry& registry_;
    std::map<StringList, std::shared_ptr<const Node>> bases_;
};

}  // namespace ww::nodes
