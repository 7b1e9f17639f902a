// SPDX-License-Identifier: BSD-3-Clause
//
// Maps of a document as their readers see them: aliases followed, merge keys ("<<") replaced by
// what they bring in, duplicate keys refused; and whole trees as plain data.
#pragma once

#include <optional>
#include <vector>

#include "store/problems.h"
#include "store/yaml_document.h"
#include "store/yaml_value.h"

namespace ww::store {

struct MapEntry {
    const YamlNode* key = nullptr;    // never an alias
    const YamlNode* value = nullptr;  // never an alias
    const YamlNode* at = nullptr;     // the key as it stands in the document, for places
};

/// The entries of `map` (a resolved Map node) in order, merged ones last; its own keys win over
/// merged ones, earlier merged ones over later. Duplicate keys and bad merges are added to
/// `problems`, and the result is then nothing.
std::optional<std::vector<MapEntry>> map_entries(const YamlDocument& document,
                                                 const YamlNode& map,
                                                 Problems& problems);

/// The tree as data. What cannot be (duplicate keys, a map as a key, a tag that does not fit) is
/// added to `problems`; the value is then incomplete.
YamlValue to_value(const YamlDocument& document, const YamlNode& node, Problems& problems);

}  // namespace ww::store
