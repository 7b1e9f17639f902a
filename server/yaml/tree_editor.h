// SPDX-License-Identifier: BSD-3-Clause
//
// TreeEditor: turns a difference between two trees into edits of the text the first was read from,
// line by line, leaving everything else alone. Knows YAML layout, not nodes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "yaml/document.h"
#include "yaml/out_tree.h"
#include "yaml/text_edit.h"
#include "yaml/text_lines.h"

namespace ww::yaml {

class TreeEditor {
   public:
    /// `text` and `document`, which was read from it, must outlive this.
    TreeEditor(std::string_view text, const Document& document);

    /// Edits the document's root map from `before` to `after`. Values that are equal in both are
    /// not looked at, so a stand-in will do for them. False: the layout cannot be edited; nothing
    /// is changed then.
    bool edit(const OutNode& before, const OutNode& after);

    /// Whether the value of a key of the root map can be edited pair by pair.
    bool is_editable_below(std::string_view root_key) const;

    /// What edit() found to change.
    const std::vector<TextEdit>& edits() const { return edits_; }

    /// `now` with what the document holds at `node` under keys that are not in `before`.
    OutNode with_unknown(OutNode now, const OutNode& before, const Node& node) const;

    int indent() const { return indent_; }

   private:
    // A key of the document and its value, as they stand there.
    struct Place {
        const Node* key = nullptr;
        const Node* value = nullptr;
    };
    class KeyIndex;

    bool is_editable(const Node& map) const;
    uint32_t last_line(const Node& node) const;
    uint32_t end_with_comments(const Place& pair) const;
    std::string written(const OutNode::Pair& pair, uint32_t column) const;
    void replace_lines(uint32_t first, uint32_t last, std::string text);

    bool edit_map(const Node& map,
                  const OutNode& before,
                  const OutNode& after,
                  uint32_t parent_line);
    void remove(const Place& at, const OutNode::Pair& pair);
    void replace(const Place& at, const OutNode* before, const OutNode::Pair& after);
    void replace_value(const Place& at, const OutNode& value);
    std::string_view comment_beside(const Place& at, size_t colon) const;
    bool replace_scalar(const Place& at, const OutNode& before, const OutNode& after);
    bool replace_in_list(const Place& at, const OutNode& before, const OutNode& after);
    bool replace_in_map(const Place& at, const OutNode& before, const OutNode& after);
    bool fill_empty(const Place& at, const OutNode& after);

    std::string_view text_;
    const Document& document_;
    TextLines lines_;
    int indent_;
    std::vector<TextEdit> edits_;
};

}  // namespace ww::yaml
