// SPDX-License-Identifier: BSD-3-Clause
//
// OutNode: a value as it is to be written, in order, without what is empty. The writer prints it,
// and the editor compares two of them to find what an edit changes.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "yaml/value.h"

namespace ww::yaml {

struct OutNode {
    enum class Kind { Scalar, Map, List };
    struct Pair;

    Kind kind = Kind::Scalar;
    Value scalar;  // never a list or a map
    std::vector<Pair> pairs;
    std::vector<OutNode> items;
    bool is_section = false;  // of fields: there because its fields are, not by itself

    static OutNode of(Value scalar);
    static OutNode map();
    static OutNode list();

    /// The value under a string key of a map, or nullptr.
    const OutNode* find(std::string_view key) const;
    bool operator==(const OutNode&) const = default;
};

struct OutNode::Pair {
    Value key;
    OutNode value;
    bool operator==(const Pair&) const = default;
};

OutNode out_tree(const Value& value);

/// Order of keys in written maps that are not structs: numbers before strings, strings in natural
/// order.
bool written_before(const Value& a, const Value& b);
/// Brings the pairs of a map that is not a struct into that order.
void sort_pairs(OutNode& map);

}  // namespace ww::yaml
