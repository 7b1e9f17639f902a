// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/schema.h"

#include <array>

#include "fields/table.h"

namespace ww::nodes {

// Defined nowhere: what is computed at compile time fails with their names.
namespace misfit {
void kind_is_not_that_of_the_member();
void scope_is_not_that_of_the_struct();
void node_only_is_not_that_of_the_struct();
void only_texts_can_be_secret();
}  // namespace misfit

namespace {

template <class Type>
consteval fields::Kind kind_of_member() {
    if constexpr (std::is_same_v<Type, std::string>)
        return fields::Kind::Text;
    else if constexpr (std::is_same_v<Type, StringList>)
        return fields::Kind::List;
    else if constexpr (std::is_same_v<Type, WWbool>)
        return fields::Kind::WWbool;
    else if constexpr (std::is_same_v<Type, std::optional<bool>>)
        return fields::Kind::NullableBool;
    else if constexpr (std::is_same_v<Type, std::optional<IpAddress>>)
        return fields::Kind::Address;
    else if constexpr (std::is_same_v<Type, StringMap>)
        return fields::Kind::Tags;
    else
        return fields::Kind::Resources;
}

template <class T>
consteval fields::Scope scope_of() {
    if constexpr (std::is_same_v<T, Kernel>)
        return fields::Scope::Kernel;
    else if constexpr (std::is_same_v<T, Ipmi>)
        return fields::Scope::Ipmi;
    else if constexpr (std::is_same_v<T, NetDev>)
        return fields::Scope::NetDev;
    else if constexpr (std::is_same_v<T, Disk>)
        return fields::Scope::Disk;
    else if constexpr (std::is_same_v<T, Partition>)
        return fields::Scope::Partition;
    else if constexpr (std::is_same_v<T, FileSystem>)
        return fields::Scope::FileSystem;
    else
        return fields::Scope::Entry;
}

struct More {
    Rule rule = Rule::ByType;
    std::string_view json_key = {};
    std::string_view internal_name = {};
};

// A field by its name in fields/table.h. What does not fit its row does not compile.
template <class T, class Type>
consteval Field<T> leaf(std::string_view name,
                        std::string_view key,
                        Type T::* member,
                        const More& more = {}) {
    const fields::Field& row = fields::named(name);
    if (row.kind != kind_of_member<Type>()) misfit::kind_is_not_that_of_the_member();
    if (row.scope != scope_of<T>()) misfit::scope_is_not_that_of_the_struct();
    if (row.node_only != std::is_same_v<T, Node>) misfit::node_only_is_not_that_of_the_struct();
    if (row.secret && row.kind != fields::Kind::Text) misfit::only_texts_can_be_secret();
    return {.row = &row,
            .name = row.last_name(),
            .key = key,
            .member = member,
            .rule = more.rule,
            .json_key = more.json_key,
            .internal_name = more.internal_name};
}

template <class T, class Type>
consteval Field<T> section(std::string_view name, std::string_view key, Type T::* member) {
    return {.row = nullptr, .name = name, .key = key, .member = member};
}

constexpr std::array kNode = {
    leaf("Discoverable", "discoverable", &Node::discoverable),
    leaf("AssetKey", "asset key", &Node::asset_key),
};

constexpr std::array kProfile = {
    leaf("Profiles", "profiles", &Profile::profiles, {.rule = Rule::Own}),
    leaf("Comment", "comment", &Profile::comment, {.rule = Rule::Own}),
    leaf("ClusterName", "cluster name", &Profile::cluster_name),
    leaf("ImageName", "image name", &Profile::image_name),
    leaf("Ipxe", "ipxe template", &Profile::ipxe_template),
    leaf("RuntimeOverlay", "runtime overlay", &Profile::runtime_overlay, {.rule = Rule::Negate}),
    leaf("SystemOverlay", "system overlay", &Profile::system_overlay, {.rule = Rule::Negate}),
    section("Kernel", "kernel", &Profile::kernel),
    section("Ipmi", "ipmi", &Profile::ipmi),
    leaf("Init", "init", &Profile::init),
    leaf("Root", "root", &Profile::root),
    section("NetDevs", "network devices", &Profile::network_devices),
    leaf("Tags", "tags", &Profile::tags),
    leaf("PrimaryNetDev", "primary network", &Profile::primary_network),
    section("Disks", "disks", &Profile::disks),
    section("FileSystems", "filesystems", &Profile::filesystems),
    leaf("Resources", "resources", &Profile::resources),
};

constexpr std::array kKernel = {
    leaf("Kernel.Version", "version", &Kernel::version),
    leaf("Kernel.Args", "args", &Kernel::args, {.rule = Rule::Negate}),
};

constexpr std::array kIpmi = {
    leaf("Ipmi.UserName", "username", &Ipmi::username),
    leaf("Ipmi.Password", "password", &Ipmi::password),
    leaf("Ipmi.Ipaddr", "ipaddr", &Ipmi::ipaddr),
    leaf("Ipmi.Gateway", "gateway", &Ipmi::gateway),
    leaf("Ipmi.Netmask", "netmask", &Ipmi::netmask),
    leaf("Ipmi.Port", "port", &Ipmi::port),
    leaf("Ipmi.Interface", "interface", &Ipmi::interface),
    leaf("Ipmi.EscapeChar", "escapechar", &Ipmi::escapechar),
    leaf("Ipmi.Write", "write", &Ipmi::write),
    leaf("Ipmi.Template", "template", &Ipmi::template_name),
    leaf("Ipmi.Tags", "tags", &Ipmi::tags),
};

constexpr std::array kNetDev = {
    leaf("NetDevs[].Type", "type", &NetDev::type),
    leaf("NetDevs[].OnBoot", "onboot", &NetDev::onboot, {.json_key = "onbot"}),
    leaf("NetDevs[].Device", "device", &NetDev::device),
    leaf("NetDevs[].Hwaddr", "hwaddr", &NetDev::hwaddr),
    leaf("NetDevs[].Ipaddr", "ipaddr", &NetDev::ipaddr),
    leaf("NetDevs[].Netmask", "netmask", &NetDev::netmask),
    leaf("NetDevs[].Gateway", "gateway", &NetDev::gateway),
    leaf("NetDevs[].Ipaddr6", "ipaddr6", &NetDev::ipaddr6),
    leaf("NetDevs[].PrefixLen6", "prefixlen6", &NetDev::prefixlen6),
    leaf("NetDevs[].Gateway6", "gateway6", &NetDev::gateway6),
    leaf("NetDevs[].MTU", "mtu", &NetDev::mtu),
    leaf("NetDevs[].Tags", "tags", &NetDev::tags),
};

constexpr std::array kDisk = {
    leaf("Disks[].WipeTable", "wipe_table", &Disk::wipe_table),
    section("Partitions", "partitions", &Disk::partitions),
};

constexpr std::array kPartition = {
    leaf("Disks[].Partitions[].Number", "number", &Partition::number),
    leaf("Disks[].Partitions[].SizeMiB", "size_mib", &Partition::size_mib),
    leaf("Disks[].Partitions[].StartMiB", "start_mib", &Partition::start_mib),
    leaf("Disks[].Partitions[].TypeGuid", "type_guid", &Partition::type_guid),
    leaf("Disks[].Partitions[].Guid", "guid", &Partition::guid),
    leaf("Disks[].Partitions[].WipePartitionEntry",
         "wipe_partition_entry",
         &Partition::wipe_partition_entry),
    leaf("Disks[].Partitions[].ShouldExist", "should_exist", &Partition::should_exist),
    leaf("Disks[].Partitions[].Resize", "resize", &Partition::resize, {.internal_name = "ResizeP"}),
};

constexpr std::array kFileSystem = {
    leaf("FileSystems[].Format", "format", &FileSystem::format),
    leaf("FileSystems[].Path", "path", &FileSystem::path),
    leaf("FileSystems[].WipeFileSystem", "wipe_filesystem", &FileSystem::wipe_filesystem),
    leaf("FileSystems[].Label", "label", &FileSystem::label),
    leaf("FileSystems[].Uuid", "uuid", &FileSystem::uuid),
    leaf("FileSystems[].Options", "options", &FileSystem::options),
    leaf("FileSystems[].MountOptions", "mount_options", &FileSystem::mount_options),
};

// Whether every row of fields/table.h has a member in one of these.
template <class... Rows>
consteval bool cover_all_fields(const Rows&... rows) {
    const auto has = [](const auto& some, const fields::Field& row) {
        for (const auto& field : some)
            if (field.row == &row) return true;
        return false;
    };
    for (const fields::Field& row : fields::kAll)
        if (!(has(rows, row) || ...)) return false;
    return true;
}
static_assert(
    cover_all_fields(kNode, kProfile, kKernel, kIpmi, kNetDev, kDisk, kPartition, kFileSystem));

// Collects the leaves below one struct.
template <class T>
void collect(std::vector<FieldKeys>& out, const std::string& above) {
    for (const Field<T>& field : schema<T>()) {
        const std::string keys = above + std::string(field.key);
        const auto add = [&]<class Type>(Type T::*) {
            if constexpr (SectionMap<Type>)
                collect<typename Type::mapped_type>(out, keys + ".*.");
            else if constexpr (Section<Type>)
                collect<Type>(out, keys + ".");
            else
                out.push_back({field.row, keys});
        };
        std::visit(add, field.member);
    }
}

}  // namespace

template <>
std::span<const Field<Node>> schema<Node>() {
    return kNode;
}
template <>
std::span<const Field<Profile>> schema<Profile>() {
    return kProfile;
}
template <>
std::span<const Field<Kernel>> schema<Kernel>() {
    return kKernel;
}
template <>
std::span<const Field<Ipmi>> schema<Ipmi>() {
    return kIpmi;
}
template <>
std::span<const Field<NetDev>> schema<NetDev>() {
    return kNetDev;
}
template <>
std::span<const Field<Disk>> schema<Disk>() {
    return kDisk;
}
template <>
std::span<const Field<Partition>> schema<Partition>() {
    return kPartition;
}
template <>
std::span<const Field<FileSystem>> schema<FileSystem>() {
    return kFileSystem;
}

const std::vector<FieldKeys>& field_keys() {
    static const std::vector<FieldKeys> all = [] {
        std::vector<FieldKeys> out;
        collect<Node>(out, "");
        collect<Profile>(out, "");
        return out;
    }();
    return all;
}

}  // namespace ww::nodes
