// SPDX-License-Identifier: BSD-3-Clause
//
// The fields of nodes and profiles, a row each: the only place for their flags, their help and
// whether they are secret. The daemon's schema (nodes/schema.cc) ties each row to a member of a
// struct, wwctl makes its flags of them; a row without a member does not compile, nor the other way
// round.
#pragma once

#include <array>
#include <string_view>

#include "fields/field.h"

namespace ww::fields {

namespace table {

using enum Kind;
using enum Scope;
inline constexpr bool kBoth = false, kNode = true;     // who has it
inline constexpr bool kShown = false, kSecret = true;  // to whom

// clang-format off
/// In the order of nodes.conf, sections in place of their name there.
inline constexpr auto kAll = std::to_array<Field>({
    // name                                     flag              letter kind         scope       who    secrecy  form    help
    {"Discoverable",                            "discoverable",     'e', WWbool,       Entry,      kNode, kShown,  "",     "Take the hardware address of the next unknown machine that boots"},
    {"AssetKey",                                "asset",            0,   Text,         Entry,      kNode, kSecret, "",     "Asset key the node has to show before it is served"},
    {"Profiles",                                "profile",          'P', List,         Entry,      kBoth, kShown,  "",     "Profiles to inherit from, later ones win; ~NAME takes one out"},
    {"Comment",                                 "comment",          0,   Text,         Entry,      kBoth, kShown,  "",     "Free text about this entry, not inherited"},
    {"ClusterName",                             "cluster",          'c', Text,         Entry,      kBoth, kShown,  "",     "Name of the cluster or group the node belongs to"},
    {"ImageName",                               "image",            0,   Text,         Entry,      kBoth, kShown,  "",     "Image the node boots"},
    {"Ipxe",                                    "ipxe",             0,   Text,         Entry,      kBoth, kShown,  "",     "Template of the iPXE script, a name below the configuration's folder ipxe"},
    {"RuntimeOverlay",                          "runtime-overlays", 'R', List,         Entry,      kBoth, kShown,  "",     "Overlays refreshed while the node runs; ~NAME takes an inherited one out"},
    {"SystemOverlay",                           "system-overlays",  'O', List,         Entry,      kBoth, kShown,  "",     "Overlays laid over the image at boot; ~NAME takes an inherited one out"},
    {"Kernel.Version",                          "kernelversion",    0,   Text,         Kernel,     kBoth, kShown,  "",     "Kernel of the image to boot, by version or path"},
    {"Kernel.Args",                             "kernelargs",       'A', List,         Kernel,     kBoth, kShown,  "",     "Kernel arguments; ~ARGUMENT takes an inherited one out"},
    {"Ipmi.UserName",                           "ipmiuser",         0,   Text,         Ipmi,       kBoth, kShown,  "",     "User name at the management controller"},
    {"Ipmi.Password",                           "ipmipass",         0,   Text,         Ipmi,       kBoth, kSecret, "",     "Password at the management controller"},
    {"Ipmi.Ipaddr",                             "ipmiaddr",         0,   Address,      Ipmi,       kBoth, kShown,  "",     "Address of the management controller"},
    {"Ipmi.Gateway",                            "ipmigateway",      0,   Address,      Ipmi,       kBoth, kShown,  "",     "Gateway of the management controller"},
    {"Ipmi.Netmask",                            "ipminetmask",      0,   Address,      Ipmi,       kBoth, kShown,  "",     "Netmask of the management controller"},
    {"Ipmi.Port",                               "ipmiport",         0,   Text,         Ipmi,       kBoth, kShown,  "",     "Port of the management controller"},
    {"Ipmi.Interface",                          "ipmiinterface",    0,   Text,         Ipmi,       kBoth, kShown,  "",     "Interface that ipmitool uses, such as lan or lanplus"},
    {"Ipmi.EscapeChar",                         "ipmiescapechar",   0,   Text,         Ipmi,       kBoth, kShown,  "",     "Character that leaves a serial console"},
    {"Ipmi.Write",                              "ipmiwrite",        0,   WWbool,       Ipmi,       kBoth, kShown,  "",     "Let the node write these settings to its management controller at boot"},
    {"Ipmi.Template",                           "ipmitemplate",     0,   Text,         Ipmi,       kBoth, kShown,  "",     "Template of the commands that talk to the management controller"},
    {"Ipmi.Tags",                               "",                 0,   Tags,         Ipmi,       kBoth, kShown,  "",     "Names and values for the template of the management controller"},
    {"Init",                                    "init",             'i', Text,         Entry,      kBoth, kShown,  "",     "Program the image starts first, such as /sbin/init"},
    {"Root",                                    "root",             0,   Text,         Entry,      kBoth, kShown,  "",     "Root file system: initramfs, tmpfs or a device"},
    {"NetDevs[].Type",                          "type",             'T', Text,         NetDev,     kBoth, kShown,  "",     "Kind of the network device, such as ethernet, infiniband, vlan or bond"},
    {"NetDevs[].OnBoot",                        "onboot",           0,   WWbool,       NetDev,     kBoth, kShown,  "",     "Bring the network device up at boot; it is unless this says no"},
    {"NetDevs[].Device",                        "netdev",           'N', Text,         NetDev,     kBoth, kShown,  "",     "Name of the network device in the running system"},
    {"NetDevs[].Hwaddr",                        "hwaddr",           'H', Text,         NetDev,     kBoth, kShown,  "MAC",  "Hardware address of the network device"},
    {"NetDevs[].Ipaddr",                        "ipaddr",           'I', Address,      NetDev,     kBoth, kShown,  "",     "IPv4 address"},
    {"NetDevs[].Netmask",                       "netmask",          'M', Address,      NetDev,     kBoth, kShown,  "",     "IPv4 netmask"},
    {"NetDevs[].Gateway",                       "gateway",          'G', Address,      NetDev,     kBoth, kShown,  "",     "IPv4 gateway"},
    {"NetDevs[].Ipaddr6",                       "ipaddr6",          0,   Address,      NetDev,     kBoth, kShown,  "",     "IPv6 address"},
    {"NetDevs[].PrefixLen6",                    "prefixlen6",       0,   Text,         NetDev,     kBoth, kShown,  "uint", "Length of the IPv6 prefix"},
    {"NetDevs[].Gateway6",                      "gateway6",         0,   Address,      NetDev,     kBoth, kShown,  "",     "IPv6 gateway"},
    {"NetDevs[].MTU",                           "mtu",              0,   Text,         NetDev,     kBoth, kShown,  "uint", "Largest packet of the network device, in bytes"},
    {"NetDevs[].Tags",                          "",                 0,   Tags,         NetDev,     kBoth, kShown,  "",     "Names and values for network templates"},
    {"Tags",                                    "",                 0,   Tags,         Entry,      kBoth, kShown,  "",     "Names and values of your own, for templates"},
    {"PrimaryNetDev",                           "primarynet",       'p', Text,         Entry,      kBoth, kShown,  "",     "Network device the node boots from; without it, the first by name"},
    {"Disks[].WipeTable",                       "diskwipe",         0,   NullableBool, Disk,       kBoth, kShown,  "",     "Make a new partition table at every boot"},
    {"Disks[].Partitions[].Number",             "partnumber",       0,   Text,         Partition,  kBoth, kShown,  "uint", "Number of the partition; without it or 0, the next free one"},
    {"Disks[].Partitions[].SizeMiB",            "partsize",         0,   Text,         Partition,  kBoth, kShown,  "uint", "Size of the partition in MiB; without it or 0, all that is free"},
    {"Disks[].Partitions[].StartMiB",           "",                 0,   Text,         Partition,  kBoth, kShown,  "uint", "Where the partition starts, in MiB"},
    {"Disks[].Partitions[].TypeGuid",           "parttype",         0,   Text,         Partition,  kBoth, kShown,  "",     "GUID of the partition's type"},
    {"Disks[].Partitions[].Guid",               "",                 0,   Text,         Partition,  kBoth, kShown,  "",     "GUID of the partition itself"},
    {"Disks[].Partitions[].WipePartitionEntry", "partwipe",         0,   NullableBool, Partition,  kBoth, kShown,  "",     "Replace an existing partition that does not match"},
    {"Disks[].Partitions[].ShouldExist",        "partcreate",       0,   NullableBool, Partition,  kBoth, kShown,  "",     "Create the partition if it is missing"},
    {"Disks[].Partitions[].Resize",             "",                 0,   NullableBool, Partition,  kBoth, kShown,  "",     "Resize an existing partition that does not match"},
    {"FileSystems[].Format",                    "fsformat",         0,   Text,         FileSystem, kBoth, kShown,  "",     "Format of the file system, such as xfs"},
    {"FileSystems[].Path",                      "fspath",           0,   Text,         FileSystem, kBoth, kShown,  "",     "Where the file system is mounted"},
    {"FileSystems[].WipeFileSystem",            "fswipe",           0,   NullableBool, FileSystem, kBoth, kShown,  "",     "Make the file system anew at every boot"},
    {"FileSystems[].Label",                     "",                 0,   Text,         FileSystem, kBoth, kShown,  "",     "Label of the file system"},
    {"FileSystems[].Uuid",                      "",                 0,   Text,         FileSystem, kBoth, kShown,  "",     "UUID of the file system"},
    {"FileSystems[].Options",                   "",                 0,   List,         FileSystem, kBoth, kShown,  "",     "Options for mkfs"},
    {"FileSystems[].MountOptions",              "",                 0,   Text,         FileSystem, kBoth, kShown,  "",     "Options for mount"},
    {"Resources",                               "",                 0,   Resources,    Entry,      kBoth, kShown,  "",     "Structured data of your own, for templates"},
});
// clang-format on

}  // namespace table

using table::kAll;

/// Defined nowhere: what is computed at compile time fails with its name.
void no_row_has_this_name();

/// The field of this name; one that is not there does not compile.
consteval const Field& named(std::string_view name) {
    for (const Field& field : kAll)
        if (field.name == name) return field;
    no_row_has_this_name();
    return kAll.front();
}

/// The field with this flag; nullptr if there is none.
const Field* by_flag(std::string_view flag);

}  // namespace ww::fields
