// SPDX-License-Identifier: BSD-3-Clause
//
// Every set field of a node with its printed value and the profile it came from: `node list -a`.
// reference/store.md §3.3.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "store/node.h"

namespace ww::store {

struct FieldValue {
    std::string name;    // "NetDevs[eth0.100].Tags[k]"
    std::string source;  // empty: the entry itself; a profile; "p1,n1" for lists; "SUPERSEDED"
    std::string value;

    bool operator==(const FieldValue&) const = default;
};

/// Set fields only, in schema order, map keys by bytes; lists before negation. Errors: NotFound,
/// Unprocessable (resources of incompatible types).
Result<std::vector<FieldValue>> node_fields(const Registry& registry, const std::string& id);
/// All scalar fields of a profile itself, unset ones with an empty value; no sources.
std::vector<FieldValue> profile_fields(const Profile& profile);

}  // namespace ww::store
