// SPDX-License-Identifier: BSD-3-Clause
//
// Refuses documents whose aliases cannot be followed to an end: loops, and small texts that stand
// for very large or very deep trees.
#include "yaml/aliases.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace ww::yaml {

namespace {

// A tree with every alias replaced by what it stands for.
struct Extent {
    uint64_t nodes = 1;
    int depth = 1;
};

class AliasCounter {
   public:
    explicit AliasCounter(const Document& document) : document_(document) {}

    Result<Extent> extent(const Node& node) {
        if (node.kind == Node::Kind::Alias) return anchored(node);
        Extent sum;
        for (const Node* item : node.items) {
            WW_TRY(const Extent part, extent(*item));
            sum.nodes += part.nodes;
            sum.depth = std::max(sum.depth, part.depth + 1);
            if (sum.nodes > kMaxExpandedNodes)
                return refuse(
                    node,
                    fmt::format("more than {} values, aliases replaced by what they stand for",
                                kMaxExpandedNodes));
            if (sum.depth > kMaxDepth)
                return refuse(node, fmt::format("nested deeper than {} levels", kMaxDepth));
        }
        if (!node.anchor.empty()) known_[&node] = sum;
        return sum;
    }

   private:
    // An anchored node comes before every alias of it, unless the alias is inside of it.
    Result<Extent> anchored(const Node& alias) {
        const auto found = known_.find(alias.target);
        if (found != known_.end()) return found->second;
        return refuse(alias, fmt::format("anchor '{}' value contains itself", alias.text));
    }

    Error refuse(const Node& node, std::string text) const {
        return Error(ErrorCode::Unprocessable, std::move(text)).with_place(document_.place(node));
    }

    const Document& document_;
    std::unordered_map<const Node*, Extent> known_;
};

}  // namespace

Result<uint64_t> count_expanded(const Document& document) {
    if (document.root() == nullptr) return 0;
    WW_TRY(const Extent extent, AliasCounter(document).extent(*document.root()));
    return extent.nodes;
}

}  // namespace ww::yaml
