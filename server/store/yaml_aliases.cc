// SPDX-License-Identifier: BSD-3-Clause
//
// Refuses documents whose aliases cannot be followed to an end: loops, and small texts that stand
// for very large trees.
#include <fmt/format.h>

#include <unordered_map>

#include "store/yaml_aliases.h"

namespace ww::store {

namespace {

class AliasCounter {
   public:
    explicit AliasCounter(const YamlDocument& document) : document_(document) {}

    Result<uint64_t> size(const YamlNode& node) {
        if (node.kind == YamlNode::Kind::Alias) {
            WW_TRY(const uint64_t size, anchored_size(node));
            return size + 1;
        }
        uint64_t sum = 1;
        for (const YamlNode* item : node.items) {
            WW_TRY(const uint64_t part, size(*item));
            sum += part;
            if (sum > kMaxExpandedNodes)
                return refuse(node, "document contains excessive aliasing");
        }
        if (!node.anchor.empty()) sizes_[&node] = sum;
        return sum;
    }

   private:
    // An anchored node comes before every alias of it, unless the alias is inside of it.
    Result<uint64_t> anchored_size(const YamlNode& alias) {
        const auto found = sizes_.find(alias.target);
        if (found != sizes_.end()) return found->second;
        return refuse(alias, fmt::format("anchor '{}' value contains itself", alias.text));
    }

    Error refuse(const YamlNode& node, std::string text) const {
        return Error(ErrorCode::Unprocessable, std::move(text)).with_place(document_.place(node));
    }

    const YamlDocument& document_;
    std::unordered_map<const YamlNode*, uint64_t> sizes_;
};

}  // namespace

Result<void> check_aliases(const YamlDocument& document) {
    if (document.root() == nullptr) return {};
    WW_TRY([[maybe_unused]] const uint64_t nodes, AliasCounter(document).size(*document.root()));
    return {};
}

}  // namespace ww::store
