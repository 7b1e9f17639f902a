// SPDX-License-Identifier: BSD-3-Clause
//
// Trace: all that a rendering depended on, as values: what it read of the data model and what that
// was, the files it looked at, the functions whose result nobody can foresee. A rendering with a
// trace that still holds would give the same bytes, for this node or another (design.md §4,
// "verifying traces").
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "nodes/node_list.h"
#include "render/inputs.h"
#include "render/model.h"

namespace ww::render {

class SiteDigests;

/// One step on the way from the root to what was read.
struct Step {
    enum class Kind : uint8_t {
        Field,     // .name
        Method,    // .name(), without arguments
        Key,       // ["name"] of a map
        Index,     // [number] of a list
        Node,      // ["name"] of the list of all nodes, by id
        Every,     // [*], of the list of all nodes; at the end of a path: all there is of them
        Extent,    // #: which keys, how many elements, which nodes in which order
        Function,  // name(), a function that reads the node by itself
    };
    Kind kind = Kind::Field;
    uint32_t number = 0;
    std::string name;

    bool operator==(const Step&) const = default;
};
using Path = std::vector<Step>;

/// ".NetDevs[\"eth0\"].Device", ".AllNodes[*].Id()"
std::string to_text(const Path& path);

/// Whether a path leads to something of all nodes (then one digest stands for what all of them have
/// there), or of one of them by its id.
bool is_of_all_nodes(const Path& path);
bool is_of_any_node(const Path& path);

struct Trace {
    std::vector<Path> reads;  // in the order of first reading
    std::string digest;       // of what was there, see digest_of()
    Inputs files;
    std::vector<std::string>
        unforeseeable;  // functions called that depend on time, chance, network

    /// Whether a rendering for `root` would find all of this unchanged. Never, once something
    /// unforeseeable was called. A stat for each file; what was used of all nodes is read again.
    bool holds(const RootData& root) const;
};

/// 32 bytes over what `reads` lead to, also where that is nothing. The same values give the same
/// digest in any process. What is of all nodes is read once for all who ask, if `site` is of the
/// root's snapshot; it may be null.
std::string digest_of(const RootData& root, std::span<const Path> reads, SiteDigests* site);

/// The bytes of what `path`, one of all nodes, leads to from each of `nodes`, which are of a
/// snapshot; `each` is called after every node. For SiteDigests.
void put_of_nodes(std::string& out,
                  const nodes::NodeList& nodes,
                  const Path& path,
                  const std::function<void()>& each);

}  // namespace ww::render
