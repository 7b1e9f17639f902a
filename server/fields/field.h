// SPDX-License-Identifier: BSD-3-Clause
//
// What is known of a field of nodes and profiles without their C++ structs: how it is named, set,
// explained and shown.
#pragma once

#include <string_view>

namespace ww::fields {

/// What a field holds.
enum class Kind {
    Text,          // empty, UNSET and UNDEF clear
    List,          // replaces the whole list
    Address,       // IPv4 or IPv6 literal
    WWbool,        // kept as text; a bare flag is "true"
    NullableBool,  // true, false, or nothing
    Tags,          // names and texts
    Resources,     // names and anything
};

/// Which section a field stands in, that is, which name a command must give to address it.
enum class Scope { Entry, Kernel, Ipmi, NetDev, Disk, Partition, FileSystem };

struct Field {
    std::string_view name;  // "NetDevs[].Ipaddr": in templates and lists
    std::string_view flag;  // of `node set`; empty: none
    char letter = 0;        // of the flag; 0: none
    Kind kind = Kind::Text;
    Scope scope = Scope::Entry;
    bool node_only = false;  // profiles do not have it
    bool secret = false;     // shown to administrators only
    std::string_view form;   // of a text: "MAC" or "uint"; empty: any
    std::string_view help;   // one sentence without a full stop

    /// The name within its section: "Ipaddr".
    constexpr std::string_view last_name() const { return name.substr(name.rfind('.') + 1); }
};

/// Shown instead of a secret.
inline constexpr std::string_view kMask = "********";

}  // namespace ww::fields
