// SPDX-License-Identifier: BSD-3-Clause
//
// The fields of nodes and profiles that have a command line flag: name, letter, kind and meaning.
// The client makes flags and help of them; the daemon's schema has the same names (a test compares
// them).
#pragma once

#include <span>
#include <string_view>

namespace ww::protocol {

enum class FieldKind {
    Text,          // empty, UNSET and UNDEF clear
    List,          // replaces the whole list
    Address,       // IPv4 or IPv6 literal
    WWbool,        // kept as text; a bare flag is "true"
    NullableBool,  // true, false, or nothing
};

/// What must be named to say which entry is meant; see Entries in edit.h.
enum class FieldScope { Entity, Net, Disk, Partition, FileSystem };

struct FieldFlag {
    std::string_view name;
    char shorthand = 0;
    FieldKind kind = FieldKind::Text;
    FieldScope scope = FieldScope::Entity;
    bool node_only = false;
    std::string_view doc;
};

/// In the order of the schema.
std::span<const FieldFlag> field_flags();

}  // namespace ww::protocol
