// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "nodes/node.h"

namespace ww::nodes {

/// A merged node with its digest, computed on first use on any thread.
class MergedNode : public Node {
   public:
    explicit MergedNode(Node node) : Node(std::move(node)) {}
    const std::string& digest() const;

   private:
    mutable std::once_flag once_;
    mutable std::string digest_;
};
using NodePointer = std::shared_ptr<const MergedNode>;

}  // namespace ww::nodes
