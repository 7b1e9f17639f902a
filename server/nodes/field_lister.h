// SPDX-License-Identifier: BSD-3-Clause
//
// Every set field of a node with its printed value and the profile it came from: `node list -a`.
// reference/store.md §3.3.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "nodes/node.h"

namespace ww::nodes {

struct FieldValue {
    std::string name;    // "NetDevs[eth0.100].Tags[k]"
    std::string source;  // empty: the entry itself; a profile; "p1,n1" for lists; "SUPERSEDED"
    std::string value;
    bool is_secret = false;

    bool operator==(const FieldValue&) const = default;
};

/// Lists the fields of several nodes; what nodes with the same profile list share is computed once.
class FieldLister {
   public:
    /// `registry` must outlive the lister.
    explicit FieldLister(const Registry& registry) : registry_(registry) {}

    /// Set fields only, in schema order, map keys by bytes; lists before negation. Errors:
    /// NotFound, Unprocessable (resources of incompatible types).
    Result<std::vector<FieldValue>> node(const std::string& id);

   private:
    struct Layers {
        Node merged;
        std::map<std::string, FieldValue> recorded;
    };
    Result<Layers> base_of(const StringList& profiles);
    static Result<void> add_layer(Layers& layers,
                                  const Node& layer,
                                  const std::string& id,
                                  bool is_node);

    const Registry& registry_;
    std::map<StringList, Layers> bases_;
};

/// What a node sets itself, each item of a list in a row of its own; no sources.
std::vector<FieldValue> own_fields(const Node& node);

/// All scalar fields of a profile itself, unset ones with an empty value; no sources.
std::vector<FieldValue> profile_fields(const Profile& profile);

}  // namespace ww::nodes
