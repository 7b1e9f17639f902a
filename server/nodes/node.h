// SPDX-License-Identifier: BSD-3-Clause
//
// Nodes and profiles as plain values, field for field what nodes.conf holds (reference/store.md
// §2.1). No behaviour: reading, merging and writing are driven by the table in schema.h.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/net.h"
#include "fields/entry_kind.h"
#include "nodes/shared_map.h"
#include "yaml/value.h"

namespace ww::nodes {

/// Upstream's text boolean: any text is kept as it was written, and evaluated in one of two ways.
struct WWbool {
    std::string text;

    /// True only for true, t, 1, yes (any case). Discoverable, ipmi write.
    bool value() const;
    /// False only for false, f, 0, no and the "unset" words; true for anything else, the empty text
    /// included. Onboot.
    bool default_true() const;
    bool empty() const { return text.empty(); }

    bool operator==(const WWbool&) const = default;
};

using StringList = std::vector<std::string>;
using StringMap = std::map<std::string, std::string>;

struct Kernel {
    std::string version;
    StringList args;
    bool present = false;  // the section is in the file, perhaps without content

    bool operator==(const Kernel&) const = default;
};

struct Ipmi {
    std::string username;
    std::string password;
    std::optional<IpAddress> ipaddr;
    std::optional<IpAddress> gateway;
    std::optional<IpAddress> netmask;
    std::string port;
    std::string interface;
    std::string escapechar;
    WWbool write;
    std::string template_name;
    StringMap tags;
    bool present = false;  // the section is in the file, perhaps without content

    bool operator==(const Ipmi&) const = default;
};

struct NetDev {
    std::string type;
    WWbool onboot;
    std::string device;
    std::string hwaddr;  // as written
    std::optional<IpAddress> ipaddr;
    std::optional<IpAddress> netmask;
    std::optional<IpAddress> gateway;
    std::optional<IpAddress> ipaddr6;
    std::string prefixlen6;
    std::optional<IpAddress> gateway6;
    std::string mtu;
    StringMap tags;
    bool primary = false;  // merged nodes only: the device `primary_network` names; not a field

    /// "192.168.1.1/24"; empty if address or mask is unset or unspecified.
    std::string ip_cidr() const;
    /// "fd00:10::1/64"; empty for an IPv4 address or a prefix that is not 0..128.
    std::string ip_cidr6() const;

    bool operator==(const NetDev&) const = default;
};

struct Partition {
    std::string number;
    std::string size_mib;
    std::string start_mib;
    std::string type_guid;
    std::string guid;
    std::optional<bool> wipe_partition_entry;
    std::optional<bool> should_exist;
    std::optional<bool> resize;

    bool operator==(const Partition&) const = default;
};

struct Disk {
    std::optional<bool> wipe_table;
    std::map<std::string, Partition> partitions;

    bool operator==(const Disk&) const = default;
};

struct FileSystem {
    std::string format;
    std::string path;
    std::optional<bool> wipe_filesystem;
    std::string label;
    std::string uuid;
    StringList options;
    std::string mount_options;

    bool operator==(const FileSystem&) const = default;
};

struct Profile {
    StringList profiles;
    std::string comment;
    std::string cluster_name;
    std::string image_name;
    std::string ipxe_template;
    StringList runtime_overlay;
    StringList system_overlay;
    Kernel kernel;
    Ipmi ipmi;
    std::string init;
    std::string root;
    std::map<std::string, NetDev> network_devices;
    StringMap tags;
    std::string primary_network;
    std::map<std::string, Disk> disks;
    std::map<std::string, FileSystem> filesystems;
    std::map<std::string, yaml::Value> resources;

    // Not inline: whoever copies a profile would compile the code of all its maps anew.
    Profile();
    Profile(const Profile& other);
    Profile(Profile&& other) noexcept;
    Profile& operator=(const Profile& other);
    Profile& operator=(Profile&& other) noexcept;
    ~Profile();
    bool operator==(const Profile&) const;
};

/// A profile with two fields more, and its name. In a merged node the primary network names an
/// existing device (if there is any) and negated list items are gone.
struct Node : Profile {
    std::string id;  // set in merged nodes; a raw entry's id is its key
    WWbool discoverable;
    std::string asset_key;
    bool valid =
        true;  // false: a stand-in that is in no file, like the host overlay's; not a field

    Node();
    Node(const Node& other);
    Node(Node&& other) noexcept;
    Node& operator=(const Node& other);
    Node& operator=(Node&& other) noexcept;
    ~Node();
    bool operator==(const Node&) const;
};

template <class Entry>
inline constexpr fields::EntryKind kKindOf = fields::EntryKind::Profile;
template <>
inline constexpr fields::EntryKind kKindOf<Node> = fields::EntryKind::Node;

/// What nodes.conf holds, nothing inherited. Copies share the entries that are equal.
struct Registry {
    SharedMap<std::string, Profile> profiles;
    SharedMap<std::string, Node> nodes;

    bool operator==(const Registry&) const = default;
};

/// Partitions in the order templates see them: by number, unnumbered ones after, then by name.
std::vector<const std::pair<const std::string, Partition>*> ordered_partitions(const Disk& disk);

}  // namespace ww::nodes
