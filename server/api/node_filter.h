// SPDX-License-Identifier: BSD-3-Clause
//
// NodeFilter: nodes picked by what they have, themselves or inherited. Internal to this layer.
#pragma once

#include "nodes/node.h"
#include "protocol/types.h"

namespace ww::api {

class NodeFilter {
   public:
    /// Both must outlive it.
    NodeFilter(const nodes::Registry& registry, const protocol::Where& where)
        : registry_(registry), where_(where) {}

    /// `node`: merged, of that registry.
    bool takes(const nodes::Node& node) const;

   private:
    const nodes::Registry& registry_;
    const protocol::Where& where_;
};

}  // namespace ww::api
