// SPDX-License-Identifier: BSD-3-Clause
//
// The history of nodes.conf, struct by struct: keys that are no more, and keys whose values had
// another form. Source: the releases of Warewulf; reference/store.md §7.2. Internal to this layer.
#pragma once

#include "upgrade/nodes/values.h"
#include "upgrade/upgrade.h"

namespace ww::upgrade {

/// What sections of an entry say about the entry itself; used when they are through.
struct EntryLeftovers {
    std::string kernel_override;
    const yaml::Node* kernel_override_at = nullptr;
    std::string primary;  // the first device with `primary: true`
    std::string usual;    // the first device with `default: true`
};

/// Forms that a key of today once had: called before today's keys are read, and takes those that
/// it reads.
template <class T>
void read_old_forms(NodeValues&, Entries&, T&, EntryLeftovers&) {}
void read_old_forms(NodeValues& in, Entries& entries, nodes::Profile& entry, EntryLeftovers&);
void read_old_forms(NodeValues& in, Entries& entries, nodes::Kernel& kernel, EntryLeftovers& left);
void read_old_forms(NodeValues& in, Entries& entries, nodes::FileSystem& fs, EntryLeftovers&);

/// Keys that are no more: called when today's have been read.
template <class T>
void port_old_keys(NodeValues&, Entries&, T&, EntryLeftovers&) {}
void port_old_keys(NodeValues& in, Entries& entries, nodes::Profile& entry, EntryLeftovers&);
void port_old_keys(NodeValues& in, Entries& entries, nodes::Ipmi& ipmi, EntryLeftovers&);
void port_old_keys(NodeValues& in, Entries& entries, nodes::NetDev& device, EntryLeftovers& left);

/// What takes more than one key of an entry: called last. `node` is the entry, for places.
void finish_entry(NodeValues& in,
                  const yaml::Node& node,
                  Entries& entries,
                  nodes::Profile& entry,
                  const EntryLeftovers& left,
                  const KernelOverride& kernel_override);

}  // namespace ww::upgrade
