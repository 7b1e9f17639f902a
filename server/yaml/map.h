// SPDX-License-Identifier: BSD-3-Clause
//
// Maps of a document as their readers see them: aliases followed, merge keys ("<<") replaced by
// what they bring in, duplicate keys refused; and whole trees as plain data.
#pragma once

#include <optional>
#include <vector>

#include "yaml/document.h"
#include "yaml/problems.h"
#include "yaml/value.h"

namespace ww::yaml {

struct MapEntry {
    const Node* key = nullptr;    // never an alias
    const Node* value = nullptr;  // never an alias
    const Node* at = nullptr;     // the key as it stands in the document, for places
};

/// The entries of `map` (a resolved Map node) in order, merged ones last; its own keys win over
/// merged ones, earlier merged ones over later. Duplicate keys and bad merges are added to
/// `problems`, and the result is then nothing.
std::optional<std::vector<MapEntry>> map_entries(const Document& document,
                                                 const Node& map,
                                                 Problems& problems);

/// The tree as data. What cannot be (duplicate keys, a map as a key, a tag that does not fit) is
/// added to `problems`; the value is then incomplete.
Value to_value(const Document& document, const Node& node, Problems& problems);

}  // namespace ww::yaml
