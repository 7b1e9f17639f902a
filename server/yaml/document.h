// SPDX-License-Identifier: BSD-3-Clause
//
// A YAML document as a tree that keeps what editing and error messages need: places, styles, tags
// and anchors. Scalars are texts here; what they mean is decided by scalar.h and the reader of
// each file.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ww::yaml {

/// Lives in its Document, immutable.
struct Node {
    enum class Kind : uint8_t { Scalar, Map, List, Alias };
    enum class Style : uint8_t { Plain, SingleQuoted, DoubleQuoted, Literal, Folded, Block, Flow };

    Kind kind = Kind::Scalar;
    Style style = Style::Plain;
    uint32_t line = 0;      // where it starts, from 1; a tag or anchor in front counts
    uint32_t column = 0;    // from 1, in characters
    uint32_t end_line = 0;  // the last line with a part of it
    uint32_t end_column =
        0;                  // behind its last character; 0 for block collections and block scalars
    std::string_view text;  // a scalar's content; an alias's name
    std::string_view tag;   // as given, "!!" for the standard prefix; empty: none
    std::string_view anchor;  // empty: none
    /// A list's items; a map's keys and values in turn.
    std::span<const Node* const> items;
    const Node* target = nullptr;  // of an alias

    /// The node an alias stands for, or this one.
    const Node& resolved() const { return kind == Kind::Alias ? *target : *this; }
};

class Document {
   public:
    /// Nothing for a text without a document (empty, or comments only).
    const Node* root() const { return root_; }
    const std::string& name() const { return name_; }
    Place place(const Node& node) const {
        return {name_, static_cast<int>(node.line), static_cast<int>(node.column)};
    }
    /// Where a second document starts; it is not read.
    const std::optional<Place>& second_document() const { return second_; }

    /// How many nodes it has once every alias is replaced by what it stands for.
    uint64_t expanded_nodes() const { return expanded_nodes_; }

    struct Storage;

   private:
    friend class Builder;
    Document() = default;

    std::string name_;
    std::shared_ptr<const Storage> storage_;
    const Node* root_ = nullptr;
    std::optional<Place> second_;
    uint64_t expanded_nodes_ = 0;
};

/// Levels of a document, and its nodes, after all aliases are replaced by what they stand for.
inline constexpr int kMaxDepth = 1000;
inline constexpr uint64_t kMaxExpandedNodes = 4'000'000;

/// Reads the first document of `text`; `name` stands in places. Accepts what upstream's YAML
/// library accepts. Errors: Unprocessable with place (syntax, an unknown anchor, an anchor that
/// contains itself, aliases that expand beyond the limit).
Result<Document> read(std::string_view text, const std::string& name);

}  // namespace ww::yaml
