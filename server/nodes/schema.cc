// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/schema.h"

#include <array>

namespace ww::nodes {

namespace {

constexpr std::array kNode = {
    Field<Node>{
        .key = "discoverable",
        .name = "Discoverable",
        .member = &Node::discoverable,
        .flag = "discoverable",
        .shorthand = 'e',
        .doc = "take the hardware address of the next unknown machine that boots (true/false)"},
    Field<Node>{.key = "asset key",
                .name = "AssetKey",
                .member = &Node::asset_key,
                .flag = "asset",
                .doc = "asset tag the node has to show before it is served"},
};

constexpr std::array kProfile = {
    Field<Profile>{.key = "profiles",
                   .name = "Profiles",
                   .member = &Profile::profiles,
                   .flag = "profile",
                   .shorthand = 'P',
                   .rule = Rule::Own,
                   .doc = "profiles to inherit from, later ones win; ~name takes one out"},
    Field<Profile>{.key = "comment",
                   .name = "Comment",
                   .member = &Profile::comment,
                   .flag = "comment",
                   .rule = Rule::Own,
                   .doc = "free text about this entry, not inherited"},
    Field<Profile>{.key = "cluster name",
                   .name = "ClusterName",
                   .member = &Profile::cluster_name,
                   .flag = "cluster",
                   .shorthand = 'c',
                   .doc = "group of nodes this one belongs to"},
    Field<Profile>{.key = "image name",
                   .name = "ImageName",
                   .member = &Profile::image_name,
                   .flag = "image",
                   .doc = "image the node boots"},
    Field<Profile>{.key = "ipxe template",
                   .name = "Ipxe",
                   .member = &Profile::ipxe_template,
                   .flag = "ipxe",
                   .doc = "name of the iPXE script template"},
    Field<Profile>{.key = "runtime overlay",
                   .name = "RuntimeOverlay",
                   .member = &Profile::runtime_overlay,
                   .flag = "runtime-overlays",
                   .shorthand = 'R',
                   .rule = Rule::Negate,
                   .doc = "overlays refreshed while the node runs; ~name takes one out"},
    Field<Profile>{.key = "system overlay",
                   .name = "SystemOverlay",
                   .member = &Profile::system_overlay,
                   .flag = "system-overlays",
                   .shorthand = 'O',
                   .rule = Rule::Negate,
                   .doc = "overlays laid over the image at boot; ~name takes one out"},
    Field<Profile>{.key = "kernel", .name = "Kernel", .member = &Profile::kernel},
    Field<Profile>{.key = "ipmi", .name = "Ipmi", .member = &Profile::ipmi},
    Field<Profile>{.key = "init",
                   .name = "Init",
                   .member = &Profile::init,
                   .flag = "init",
                   .shorthand = 'i',
                   .doc = "first program of the image"},
    Field<Profile>{.key = "root",
                   .name = "Root",
                   .member = &Profile::root,
                   .flag = "root",
                   .doc = "kind of root file system"},
    Field<Profile>{
        .key = "network devices", .name = "NetDevs", .member = &Profile::network_devices},
    Field<Profile>{.key = "tags",
                   .name = "Tags",
                   .member = &Profile::tags,
                   .doc = "names and values of your own, for templates"},
    Field<Profile>{.key = "primary network",
                   .name = "PrimaryNetDev",
                   .member = &Profile::primary_network,
                   .flag = "primarynet",
                   .shorthand = 'p',
                   .doc = "network the node boots from; without it, the first by name"},
    Field<Profile>{.key = "disks", .name = "Disks", .member = &Profile::disks},
    Field<Profile>{.key = "filesystems", .name = "FileSystems", .member = &Profile::filesystems},
    Field<Profile>{.key = "resources",
                   .name = "Resources",
                   .member = &Profile::resources,
                   .doc = "structured data of your own, for templates"},
};

constexpr std::array kKernel = {
    Field<Kernel>{.key = "version",
                  .name = "Version",
                  .member = &Kernel::version,
                  .flag = "kernelversion",
                  .doc = "kernel of the image to boot, by version or path"},
    Field<Kernel>{.key = "args",
                  .name = "Args",
                  .member = &Kernel::args,
                  .flag = "kernelargs",
                  .shorthand = 'A',
                  .rule = Rule::Negate,
                  .doc = "kernel arguments; ~argument takes one out"},
};

constexpr std::array kIpmi = {
    Field<Ipmi>{.key = "username",
                .name = "UserName",
                .member = &Ipmi::username,
                .flag = "ipmiuser",
                .doc = "user name at the BMC"},
    Field<Ipmi>{.key = "password",
                .name = "Password",
                .member = &Ipmi::password,
                .flag = "ipmipass",
                .doc = "password at the BMC"},
    Field<Ipmi>{.key = "ipaddr",
                .name = "Ipaddr",
                .member = &Ipmi::ipaddr,
                .flag = "ipmiaddr",
                .doc = "address of the BMC"},
    Field<Ipmi>{.key = "gateway",
                .name = "Gateway",
                .member = &Ipmi::gateway,
                .flag = "ipmigateway",
                .doc = "gateway of the BMC"},
    Field<Ipmi>{.key = "netmask",
                .name = "Netmask",
                .member = &Ipmi::netmask,
                .flag = "ipminetmask",
                .doc = "netmask of the BMC"},
    Field<Ipmi>{.key = "port",
                .name = "Port",
                .member = &Ipmi::port,
                .flag = "ipmiport",
                .doc = "port of the BMC"},
    Field<Ipmi>{.key = "interface",
                .name = "Interface",
                .member = &Ipmi::interface,
                .flag = "ipmiinterface",
                .doc = "interface ipmitool uses, such as lan or lanplus"},
    Field<Ipmi>{.key = "escapechar",
                .name = "EscapeChar",
                .member = &Ipmi::escapechar,
                .flag = "ipmiescapechar",
                .doc = "character that leaves a serial console"},
    Field<Ipmi>{.key = "write",
                .name = "Write",
                .member = &Ipmi::write,
                .flag = "ipmiwrite",
                .doc = "write these settings to the BMC when the node boots (true/false)"},
    Field<Ipmi>{.key = "template",
                .name = "Template",
                .member = &Ipmi::template_name,
                .flag = "ipmitemplate",
                .doc = "template of the commands that talk to the BMC"},
    Field<Ipmi>{.key = "tags",
                .name = "Tags",
                .member = &Ipmi::tags,
                .doc = "names and values for BMC templates"},
};

constexpr std::array kNetDev = {
    Field<NetDev>{.key = "type",
                  .name = "Type",
                  .member = &NetDev::type,
                  .flag = "type",
                  .shorthand = 'T',
                  .doc = "kind of device: ethernet, infiniband, vlan, bond, …"},
    Field<NetDev>{.key = "onboot",
                  .name = "OnBoot",
                  .member = &NetDev::onboot,
                  .flag = "onboot",
                  .doc = "bring the device up at boot (true/false)",
                  .json_key = "onbot"},
    Field<NetDev>{.key = "device",
                  .name = "Device",
                  .member = &NetDev::device,
                  .flag = "netdev",
                  .shorthand = 'N',
                  .doc = "name of the device in the running system"},
    Field<NetDev>{.key = "hwaddr",
                  .name = "Hwaddr",
                  .member = &NetDev::hwaddr,
                  .flag = "hwaddr",
                  .shorthand = 'H',
                  .doc = "hardware address of the device",
                  .form = "MAC"},
    Field<NetDev>{.key = "ipaddr",
                  .name = "Ipaddr",
                  .member = &NetDev::ipaddr,
                  .flag = "ipaddr",
                  .shorthand = 'I',
                  .doc = "IPv4 address"},
    Field<NetDev>{.key = "netmask",
                  .name = "Netmask",
                  .member = &NetDev::netmask,
                  .flag = "netmask",
                  .shorthand = 'M',
                  .doc = "IPv4 netmask"},
    Field<NetDev>{.key = "gateway",
                  .name = "Gateway",
                  .member = &NetDev::gateway,
                  .flag = "gateway",
                  .shorthand = 'G',
                  .doc = "IPv4 gateway"},
    Field<NetDev>{.key = "ipaddr6",
                  .name = "Ipaddr6",
                  .member = &NetDev::ipaddr6,
                  .flag = "ipaddr6",
                  .doc = "IPv6 address"},
    Field<NetDev>{.key = "prefixlen6",
                  .name = "PrefixLen6",
                  .member = &NetDev::prefixlen6,
                  .flag = "prefixlen6",
                  .doc = "length of the IPv6 prefix",
                  .form = "uint"},
    Field<NetDev>{.key = "gateway6",
                  .name = "Gateway6",
                  .member = &NetDev::gateway6,
                  .flag = "gateway6",
                  .doc = "IPv6 gateway"},
    Field<NetDev>{.key = "mtu",
                  .name = "MTU",
                  .member = &NetDev::mtu,
                  .flag = "mtu",
                  .doc = "largest packet of the device",
                  .form = "uint"},
    Field<NetDev>{.key = "tags",
                  .name = "Tags",
                  .member = &NetDev::tags,
                  .doc = "names and values for network templates"},
};

constexpr std::array kDisk = {
    Field<Disk>{.key = "wipe_table",
                .name = "WipeTable",
                .member = &Disk::wipe_table,
                .flag = "diskwipe",
                .doc = "erase the partition table at boot"},
    Field<Disk>{.key = "partitions", .name = "Partitions", .member = &Disk::partitions},
};

constexpr std::array kPartition = {
    Field<Partition>{.key = "number",
                     .name = "Number",
                     .member = &Partition::number,
                     .flag = "partnumber",
                     .doc = "number of the partition; without it, the next free one",
                     .form = "uint"},
    Field<Partition>{.key = "size_mib",
                     .name = "SizeMiB",
                     .member = &Partition::size_mib,
                     .flag = "partsize",
                     .doc = "size in MiB; without it, all that is free",
                     .form = "uint"},
    Field<Partition>{.key = "start_mib",
                     .name = "StartMiB",
                     .member = &Partition::start_mib,
                     .doc = "where the partition starts, in MiB",
                     .form = "uint"},
    Field<Partition>{.key = "type_guid",
                     .name = "TypeGuid",
                     .member = &Partition::type_guid,
                     .flag = "parttype",
                     .doc = "GUID of the partition type"},
    Field<Partition>{.key = "guid",
                     .name = "Guid",
                     .member = &Partition::guid,
                     .doc = "GUID of the partition itself"},
    Field<Partition>{.key = "wipe_partition_entry",
                     .name = "WipePartitionEntry",
                     .member = &Partition::wipe_partition_entry,
                     .flag = "partwipe",
                     .doc = "replace an existing partition that does not match",
                     .internal_name = "WipePartitionEntryP"},
    Field<Partition>{.key = "should_exist",
                     .name = "ShouldExist",
                     .member = &Partition::should_exist,
                     .flag = "partcreate",
                     .doc = "create the partition if it is not there",
                     .internal_name = "ShouldExistP"},
    Field<Partition>{.key = "resize",
                     .name = "Resize",
                     .member = &Partition::resize,
                     .doc = "resize an existing partition that does not match",
                     .internal_name = "ResizeP"},
};

constexpr std::array kFileSystem = {
    Field<FileSystem>{.key = "format",
                      .name = "Format",
                      .member = &FileSystem::format,
                      .flag = "fsformat",
                      .doc = "format of the file system"},
    Field<FileSystem>{.key = "path",
                      .name = "Path",
                      .member = &FileSystem::path,
                      .flag = "fspath",
                      .doc = "where it is mounted"},
    Field<FileSystem>{.key = "wipe_filesystem",
                      .name = "WipeFileSystem",
                      .member = &FileSystem::wipe_filesystem,
                      .flag = "fswipe",
                      .doc = "make the file system anew at every boot",
                      .internal_name = "WipeFileSystemP"},
    Field<FileSystem>{.key = "label",
                      .name = "Label",
                      .member = &FileSystem::label,
                      .doc = "label of the file system"},
    Field<FileSystem>{.key = "uuid",
                      .name = "Uuid",
                      .member = &FileSystem::uuid,
                      .doc = "UUID of the file system"},
    Field<FileSystem>{.key = "options",
                      .name = "Options",
                      .member = &FileSystem::options,
                      .doc = "options for mkfs"},
    Field<FileSystem>{.key = "mount_options",
                      .name = "MountOptions",
                      .member = &FileSystem::mount_options,
                      .doc = "options for mount"},
};

template <class Type>
constexpr FieldType leaf_type() {
    if constexpr (std::is_same_v<Type, std::string>)
        return FieldType::Text;
    else if constexpr (std::is_same_v<Type, StringList>)
        return FieldType::List;
    else if constexpr (std::is_same_v<Type, WWbool>)
        return FieldType::WWbool;
    else if constexpr (std::is_same_v<Type, std::optional<bool>>)
        return FieldType::NullableBool;
    else if constexpr (std::is_same_v<Type, std::optional<IpAddress>>)
        return FieldType::Ip;
    else if constexpr (std::is_same_v<Type, StringMap>)
        return FieldType::Tags;
    else
        return FieldType::Resources;
}

template <class T>
constexpr Scope scope_of() {
    if constexpr (std::is_same_v<T, Kernel>)
        return Scope::Kernel;
    else if constexpr (std::is_same_v<T, Ipmi>)
        return Scope::Ipmi;
    else if constexpr (std::is_same_v<T, NetDev>)
        return Scope::NetDev;
    else if constexpr (std::is_same_v<T, Disk>)
        return Scope::Disk;
    else if constexpr (std::is_same_v<T, Partition>)
        return Scope::Partition;
    else if constexpr (std::is_same_v<T, FileSystem>)
        return Scope::FileSystem;
    else
        return Scope::Entry;
}

// Collects the leaves below one struct.
template <class T>
void collect(std::vector<FieldInfo>& out, const std::string& names, const std::string& keys) {
    for (const Field<T>& field : fields<T>()) {
        const std::string name = names + std::string(field.name);
        const std::string key = keys + std::string(field.key);
        const auto add = [&]<class Type>(Type T::*) {
            if constexpr (SectionMap<Type>)
                collect<typename Type::mapped_type>(out, name + "[].", key + ".*.");
            else if constexpr (Section<Type>)
                collect<Type>(out, name + ".", key + ".");
            else
                out.push_back({name,
                               key,
                               std::string(field.flag),
                               field.shorthand,
                               leaf_type<Type>(),
                               scope_of<T>(),
                               std::is_same_v<T, Node>,
                               std::string(field.doc),
                               std::string(field.form)});
        };
        std::visit(add, field.member);
    }
}

}  // namespace

template <>
std::span<const Field<Node>> fields<Node>() {
    return kNode;
}
template <>
std::span<const Field<Profile>> fields<Profile>() {
    return kProfile;
}
template <>
std::span<const Field<Kernel>> fields<Kernel>() {
    return kKernel;
}
template <>
std::span<const Field<Ipmi>> fields<Ipmi>() {
    return kIpmi;
}
template <>
std::span<const Field<NetDev>> fields<NetDev>() {
    return kNetDev;
}
template <>
std::span<const Field<Disk>> fields<Disk>() {
    return kDisk;
}
template <>
std::span<const Field<Partition>> fields<Partition>() {
    return kPartition;
}
template <>
std::span<const Field<FileSystem>> fields<FileSystem>() {
    return kFileSystem;
}

const std::vector<FieldInfo>& field_catalogue() {
    static const std::vector<FieldInfo> catalogue = [] {
        std::vector<FieldInfo> out;
        collect<Node>(out, "", "");
        collect<Profile>(out, "", "");
        return out;
    }();
    return catalogue;
}

const FieldInfo* field_by_flag(std::string_view flag) {
    if (flag.empty()) return nullptr;
    for (const FieldInfo& info : field_catalogue())
        if (info.flag == flag) return &info;
    return nullptr;
}

}  // namespace ww::nodes
