// SPDX-License-Identifier: BSD-3-Clause
//
// Turning members of plain structs into template Values: the pieces that the tables of model_*.cc
// are written with. Private to the data model.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "nodes/node.h"
#include "nodes/node_list.h"
#include "tmpl/function.h"
#include "tmpl/type.h"
#include "tmpl/value.h"
#include "tmpl/view.h"

namespace ww::render::model {

/// The Go types of nodes and what they hold, defined once.
struct NodeTypes {
    tmpl::Type wwbool, resource;
    tmpl::Type kernel, ipmi, netdev, partition, disk, filesystem, profile, node;
    // Made of the above.
    tmpl::Type kernel_pointer, ipmi_pointer, node_pointer, node_list;
    tmpl::Type netdev_map, disk_map, disk_list, partition_map, partition_list;
    tmpl::Type filesystem_map, filesystem_list, resource_map;
};
const NodeTypes& node_types();

/// Live: as merged. Copied: as upstream's gob round trip leaves it, without names of entries,
/// without "primary", with false booleans unset and with empty lists of resources nil.
enum class View { Live, Copied };

/// Nil if there are none, but for devices, which upstream always makes.
tmpl::Value devices_value(const std::map<std::string, nodes::NetDev>& devices, View view);
tmpl::Value disks_value(const std::map<std::string, nodes::Disk>& disks, View view);
tmpl::Value partitions_value(const std::map<std::string, nodes::Partition>& partitions, View view);
tmpl::Value filesystems_value(const std::map<std::string, nodes::FileSystem>& filesystems,
                              View view);
tmpl::Value resources_value(const std::map<std::string, yaml::Value>& resources, View view);
tmpl::Value kernel_value(const nodes::Kernel& kernel);
tmpl::Value ipmi_value(const nodes::Ipmi& ipmi);

tmpl::Value live_node_pointer(const nodes::Node& node);
tmpl::Value copied_node(const nodes::Node& node);
tmpl::Value copied_profile(const nodes::Node& node);
/// `nodes` must outlive the run.
tmpl::Value node_list(const nodes::NodeList* nodes);

inline tmpl::Value to_value(const std::string& text) { return tmpl::Value::text(text); }
inline tmpl::Value to_value(const int64_t& value) { return tmpl::Value::integer(value); }
inline tmpl::Value to_value(const bool& value) { return tmpl::Value::boolean(value); }
/// A nil slice if it is empty, as upstream's merging leaves it.
tmpl::Value to_value(const nodes::StringList& list);
tmpl::Value to_value(const nodes::StringMap& map);
tmpl::Value to_value(const nodes::WWbool& value);
/// A *bool.
tmpl::Value to_value(const std::optional<bool>& value);
/// A net.IP.
tmpl::Value to_value(const std::optional<IpAddress>& address);

template <class>
struct MemberTraits;
template <class Class, class Member>
struct MemberTraits<Member Class::*> {
    using Of = Class;
};

/// `self` is the address of the struct that `member` is of.
template <auto member>
tmpl::Value member_value(const void* self) {
    return to_value(static_cast<const typename MemberTraits<decltype(member)>::Of*>(self)->*member);
}

/// Entries of a map are known by the address of the map's pair, so that they know their name.
template <class T>
using EntryOf = std::pair<const std::string, T>;

template <auto member>
tmpl::Value entry_value(const void* self) {
    return to_value(
        static_cast<const EntryOf<typename MemberTraits<decltype(member)>::Of>*>(self)->second.*
        member);
}

}  // namespace ww::render::model
