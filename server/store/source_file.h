// SPDX-License-Identifier: BSD-3-Clause
//
// SourceFile: the text of nodes.conf with what it says. Immutable; reading the text after an edit
// shares with the text before it whatever did not change, and parses only the entries whose bytes
// did, if the layout allows it (outline.h).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "nodes/node.h"
#include "nodes/snapshot.h"
#include "store/outline.h"

namespace ww::store {

class SourceFile {
   public:
    using ProfileItem = nodes::SharedMap<std::string, nodes::Profile>::Item;
    using NodeItem = nodes::SharedMap<std::string, nodes::Node>::Item;

    /// What one block says by itself; shared by all texts that hold the block.
    struct Entry {
        std::variant<ProfileItem, NodeItem> item;
        std::vector<yaml::Warning> warnings;  // lines count from 0 at the key
        uint64_t yaml_nodes = 0;

        fields::EntryKind kind() const {
            return std::holds_alternative<NodeItem>(item) ? fields::EntryKind::Node
                                                          : fields::EntryKind::Profile;
        }
        const std::string& id() const {
            return std::visit([](const auto& entry) -> const std::string& { return entry->first; },
                              item);
        }
    };
    struct Block {
        OutlineBlock at;
        size_t own_end = 0;                  // of the entry's own lines (outline.h)
        std::shared_ptr<const Entry> entry;  // the same one: the same text
    };
    struct Section {
        OutlineBlock header;
        std::vector<Block> blocks;
    };
    /// In the order of the file; sections that are not there are empty and without a header.
    struct Layout {
        Section profiles;
        Section nodes;
        bool profiles_first = true;
    };

    /// `name` stands in places. What comes out is the same with `previous` and without. Errors:
    /// Unprocessable with place.
    static Result<std::shared_ptr<const SourceFile>> read(std::string text,
                                                          const std::string& name,
                                                          const SourceFile* previous = nullptr);
    /// Parses it in one go even if it could be read by blocks. For tests, and for what has to see
    /// it as one document anyway.
    static Result<std::shared_ptr<const SourceFile>> read_whole(
        std::string text, const std::string& name, const SourceFile* previous = nullptr);

    const std::string& text() const { return text_; }
    const std::string& name() const { return name_; }
    const nodes::Registry& registry() const { return registry_; }
    const std::vector<yaml::Warning>& warnings() const { return warnings_; }
    /// Nothing if the file can only be read as a whole.
    const Layout* layout() const { return layout_ ? &*layout_ : nullptr; }
    std::string_view text_of(const OutlineBlock& block) const {
        return std::string_view(text_).substr(block.begin, block.end - block.begin);
    }
    std::string_view own_text_of(const Block& block) const {
        return std::string_view(text_).substr(block.at.begin, block.own_end - block.at.begin);
    }

   private:
    class BlockReader;

    std::string text_;
    std::string name_;
    nodes::Registry registry_;
    std::vector<yaml::Warning> warnings_;
    std::optional<Layout> layout_;
};

}  // namespace ww::store
