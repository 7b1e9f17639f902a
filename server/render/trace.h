// SPDX-License-Identifier: BSD-3-Clause
//
// Trace: all that a rendering depended on, as values: what it read of the data model and what that
// was, the files it looked at, the functions whose result nobody can foresee. A rendering with a
// trace that still holds would give the same bytes, for this node or another (design.md §4,
// "verifying traces").
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "render/inputs.h"
#include "render/model.h"

namespace ww::render {

/// One step on the way from the root to what was read.
struct Step {
    enum class Kind : uint8_t {
        Field,     // .name
        Method,    // .name(), without arguments
        Key,       // ["name"] of a map
        Index,     // [number] of a list
        Node,      // ["name"] of the list of all nodes, by id
        Every,     // [*], of the list of all nodes
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

/// What was read: a field of this node, of one other node, or of all nodes (then one digest stands
/// for what all of them had there).
struct Read {
    Path path;
    std::string digest;  // 32 bytes; of a value that is not there too

    bool operator==(const Read&) const = default;
};

struct Trace {
    std::vector<Read> reads;  // in the order of first reading
    Inputs files;
    std::vector<std::string>
        unforeseeable;  // functions called that depend on time, chance, network

    /// Whether a rendering for `root` would find all of this unchanged. Never, once something
    /// unforeseeable was called. A stat for each file; what was used of all nodes is read again.
    bool holds(const RootData& root) const;
};

/// The digest of what `path` leads to. The same value gives the same digest in any process.
std::string digest_at(const RootData& root, const Path& path);

}  // namespace ww::render
