// SPDX-License-Identifier: BSD-3-Clause
#include "protocol/fields.h"

namespace ww::protocol {

std::span<const FieldFlag> field_flags() {
    using enum FieldKind;
    using enum FieldScope;
    // clang-format off
    static constexpr FieldFlag rows[] = {
        // name              short kind          scope       node   meaning
        {"discoverable",     'e',  WWbool,       Entity,     true,  "Take the next unknown hardware address that asks for this node"},
        {"asset",            0,    Text,         Entity,     true,  "Asset key the node must send"},
        {"profile",          'P',  List,         Entity,     false, "Profiles to inherit from, later ones win"},
        {"comment",          0,    Text,         Entity,     false, "Free text"},
        {"cluster",          'c',  Text,         Entity,     false, "Cluster the node belongs to"},
        {"image",            0,    Text,         Entity,     false, "Image to boot"},
        {"ipxe",             0,    Text,         Entity,     false, "iPXE template (a name below the configuration's ipxe folder)"},
        {"runtime-overlays", 'R',  List,         Entity,     false, "Overlays fetched at intervals"},
        {"system-overlays",  'O',  List,         Entity,     false, "Overlays applied at boot"},
        {"kernelversion",    0,    Text,         Entity,     false, "Kernel version, or path of a kernel in the image"},
        {"kernelargs",       'A',  List,         Entity,     false, "Kernel arguments"},
        {"ipmiuser",         0,    Text,         Entity,     false, "User of the management controller"},
        {"ipmipass",         0,    Text,         Entity,     false, "Password of the management controller"},
        {"ipmiaddr",         0,    Address,      Entity,     false, "Address of the management controller"},
        {"ipmigateway",      0,    Address,      Entity,     false, "Gateway of the management controller"},
        {"ipminetmask",      0,    Address,      Entity,     false, "Netmask of the management controller"},
        {"ipmiport",         0,    Text,         Entity,     false, "Port of the management controller"},
        {"ipmiinterface",    0,    Text,         Entity,     false, "IPMI interface, such as lan or lanplus"},
        {"ipmiescapechar",   0,    Text,         Entity,     false, "Character that leaves a serial console"},
        {"ipmiwrite",        0,    WWbool,       Entity,     false, "Let the node write these settings to its controller"},
        {"ipmitemplate",     0,    Text,         Entity,     false, "Template of the power commands"},
        {"init",             'i',  Text,         Entity,     false, "Program the node starts first, such as /sbin/init"},
        {"root",             0,    Text,         Entity,     false, "Root file system: initramfs, tmpfs or a device"},
        {"primarynet",       'p',  Text,         Entity,     false, "Name of the primary network device"},
        {"type",             'T',  Text,         Net,        false, "Type of the network device"},
        {"onboot",           0,    WWbool,       Net,        false, "Bring the network device up at boot"},
        {"netdev",           'N',  Text,         Net,        false, "Name of the network device on the node"},
        {"hwaddr",           'H',  Text,         Net,        false, "Hardware address"},
        {"ipaddr",           'I',  Address,      Net,        false, "IPv4 address"},
        {"netmask",          'M',  Address,      Net,        false, "Netmask"},
        {"gateway",          'G',  Address,      Net,        false, "Gateway"},
        {"ipaddr6",          0,    Address,      Net,        false, "IPv6 address"},
        {"prefixlen6",       0,    Text,         Net,        false, "Length of the IPv6 prefix"},
        {"gateway6",         0,    Address,      Net,        false, "IPv6 gateway"},
        {"mtu",              0,    Text,         Net,        false, "Maximum transmission unit"},
        {"diskwipe",         0,    NullableBool, Disk,       false, "Make a new partition table on every boot"},
        {"partnumber",       0,    Text,         Partition,  false, "Partition number; 0 takes the next free one"},
        {"partsize",         0,    Text,         Partition,  false, "Partition size in MiB; 0 fills the disk"},
        {"parttype",         0,    Text,         Partition,  false, "GUID of the partition's type"},
        {"partwipe",         0,    NullableBool, Partition,  false, "Replace a partition that differs"},
        {"partcreate",       0,    NullableBool, Partition,  false, "Create the partition if it is missing"},
        {"fsformat",         0,    Text,         FileSystem, false, "Format of the file system, such as xfs"},
        {"fspath",           0,    Text,         FileSystem, false, "Where the file system is mounted"},
        {"fswipe",           0,    NullableBool, FileSystem, false, "Format again although there is a file system"},
    };
    // clang-format on
    return rows;
}

}  // namespace ww::protocol
