// SPDX-License-Identifier: BSD-3-Clause
//
// Nodes as templates see them: the Go types of nodes and what they hold, with fields and methods.
// Source: reference/templates.md §12.2-12.5.
#include "render/model_views.h"

namespace ww::render {

namespace model {

namespace {

using nodes::Disk;
using nodes::FileSystem;
using nodes::Ipmi;
using nodes::Kernel;
using nodes::NetDev;
using nodes::Node;
using nodes::Partition;
using tmpl::Call;
using tmpl::Field;
using tmpl::Kind;
using tmpl::Method;
using tmpl::Type;
using tmpl::TypeInfo;
using tmpl::Value;
namespace types = tmpl::types;

const nodes::WWbool wwbool_of(const Value& self) { return {std::string(self.text())}; }

const Node& node_of(const Call& call) { return node_at(call.self().address()); }

// ---- Methods ----

constexpr auto kByPointer = Method::Receiver::Pointer;

template <class T>
Value entry_id(Call& call) {
    return Value::text(entry_of<T>(call).first);
}

template <class T, std::optional<bool> T::* member>
Value entry_flag(Call& call) {
    return Value::boolean((entry_of<T>(call).second.*member).value_or(false));
}

template <class T>
Value pointers_to_entries(Type list_type, Type element, const std::map<std::string, T>& map) {
    std::vector<Value> all;
    for (const auto& pair : map)
        all.push_back(Value::struct_view(Type::pointer_to(element), &pair));
    return Value::list(list_type, std::move(all));
}

Value partition_list(Call& call) {
    std::vector<Value> all;
    for (const auto* pair : nodes::ordered_partitions(entry_of<Disk>(call).second))
        all.push_back(Value::struct_view(Type::pointer_to(node_types().partition), pair));
    return Value::list(node_types().partition_list, std::move(all));
}

Value no_id(Call&) { return Value::text(""); }

// ---- Tables ----

Type define(Kind kind,
            const char* name,
            std::vector<Field> fields,
            std::vector<Method> methods = {}) {
    TypeInfo info;
    info.kind = kind;
    info.name = name;
    info.fields = std::move(fields);
    info.methods = std::move(methods);
    return Type::define(std::move(info));
}

Type define_wwbool() {
    TypeInfo info;
    info.kind = Kind::String;
    info.name = "wwtype.WWbool";
    info.underlying = types::kString;
    constexpr auto kByValue = Method::Receiver::Value;
    info.methods = {
        {"Bool",
         "",
         [](Call& call) { return Value::boolean(wwbool_of(call.self()).value()); },
         kByValue,
         "bool"},
        {"BoolDefaultTrue",
         "",
         [](Call& call) { return Value::boolean(wwbool_of(call.self()).default_true()); },
         kByValue,
         "bool"},
        {"String",
         "",
         [](Call& call) { return Value::string(call.self().text()); },
         kByValue,
         "string"},
        {"Type", "", [](Call&) { return Value::text("WWbool"); }, kByValue, "string"},
    };
    return Type::define(std::move(info));
}

Type define_resource() {
    TypeInfo info;
    info.kind = Kind::Interface;
    info.name = "node.Resource";
    info.underlying = types::kAny;
    return Type::define(std::move(info));
}

Type define_kernel() {
    return define(Kind::Struct,
                  "node.KernelConf",
                  {{"Version", types::kString, member_value<&Kernel::version>, "version,omitempty"},
                   {"Args", types::kStrings, member_value<&Kernel::args>, "args,omitempty"}});
}

Type define_ipmi(Type wwbool) {
    return define(
        Kind::Struct,
        "node.IpmiConf",
        {{"UserName", types::kString, member_value<&Ipmi::username>, "username,omitempty"},
         {"Password", types::kString, member_value<&Ipmi::password>, "password,omitempty"},
         {"Ipaddr", types::kIp, member_value<&Ipmi::ipaddr>, "ipaddr,omitempty"},
         {"Gateway", types::kIp, member_value<&Ipmi::gateway>, "gateway,omitempty"},
         {"Netmask", types::kIp, member_value<&Ipmi::netmask>, "netmask,omitempty"},
         {"Port", types::kString, member_value<&Ipmi::port>, "port,omitempty"},
         {"Interface", types::kString, member_value<&Ipmi::interface>, "interface,omitempty"},
         {"EscapeChar", types::kString, member_value<&Ipmi::escapechar>, "escapechar,omitempty"},
         {"Write", wwbool, member_value<&Ipmi::write>, "write,omitempty"},
         {"Template", types::kString, member_value<&Ipmi::template_name>, "template,omitempty"},
         {"Tags", types::kMapStringString, member_value<&Ipmi::tags>, "tags,omitempty"}});
}

Type define_netdev(Type wwbool) {
    return define(
        Kind::Struct,
        "node.NetDev",
        {{"Type", types::kString, entry_value<&NetDev::type>, "type,omitempty"},
         {"OnBoot",
          wwbool,
          entry_value<&NetDev::onboot>,
          "onbot,omitempty"},  // Compat: upstream's spelling
         {"Device", types::kString, entry_value<&NetDev::device>, "device,omitempty"},
         {"Hwaddr", types::kString, entry_value<&NetDev::hwaddr>, "hwaddr,omitempty"},
         {"Ipaddr", types::kIp, entry_value<&NetDev::ipaddr>, "ipaddr,omitempty"},
         {"Ipaddr6", types::kIp, entry_value<&NetDev::ipaddr6>, "ipaddr6,omitempty"},
         {"PrefixLen6", types::kString, entry_value<&NetDev::prefixlen6>, "prefixlen6,omitempty"},
         {"Gateway6", types::kIp, entry_value<&NetDev::gateway6>, "gateway6,omitempty"},
         {"Netmask", types::kIp, entry_value<&NetDev::netmask>, "netmask,omitempty"},
         {"Gateway", types::kIp, entry_value<&NetDev::gateway>, "gateway,omitempty"},
         {"MTU", types::kString, entry_value<&NetDev::mtu>, "mtu,omitempty"},
         {"Tags", types::kMapStringString, entry_value<&NetDev::tags>, "tags,omitempty"},
         {"primary", types::kBool, entry_value<&NetDev::primary>, "-", Field::Access::Unexported}},
        {{"Primary",
          "",
          [](Call& call) { return Value::boolean(entry_of<NetDev>(call).second.primary); },
          kByPointer,
          "bool"},
         {"IpCIDR",
          "",
          [](Call& call) { return Value::string(entry_of<NetDev>(call).second.ip_cidr()); },
          kByPointer,
          "string"},
         {"IpCIDR6",
          "",
          [](Call& call) { return Value::string(entry_of<NetDev>(call).second.ip_cidr6()); },
          kByPointer,
          "string"}});
}

Type define_partition() {
    return define(
        Kind::Struct,
        "node.Partition",
        {{"Number", types::kString, entry_value<&Partition::number>, "number,omitempty"},
         {"SizeMiB", types::kString, entry_value<&Partition::size_mib>, "size_mib,omitempty"},
         {"StartMiB", types::kString, entry_value<&Partition::start_mib>, "start_mib,omitempty"},
         {"TypeGuid", types::kString, entry_value<&Partition::type_guid>, "type_guid,omitempty"},
         {"Guid", types::kString, entry_value<&Partition::guid>, "guid,omitempty"},
         {"WipePartitionEntryP",
          types::kBoolPointer,
          entry_value<&Partition::wipe_partition_entry>,
          "wipe_partition_entry,omitempty"},
         {"ShouldExistP",
          types::kBoolPointer,
          entry_value<&Partition::should_exist>,
          "should_exist,omitempty"},
         {"ResizeP", types::kBoolPointer, entry_value<&Partition::resize>, "resize,omitempty"}},
        {{"Id", "", entry_id<Partition>, kByPointer, "string"},
         {"WipePartitionEntry",
          "",
          entry_flag<Partition, &Partition::wipe_partition_entry>,
          kByPointer,
          "bool"},
         {"ShouldExist", "", entry_flag<Partition, &Partition::should_exist>, kByPointer, "bool"},
         {"Resize", "", entry_flag<Partition, &Partition::resize>, kByPointer, "bool"}});
}

Type define_disk(Type partition_map) {
    return define(Kind::Struct,
                  "node.Disk",
                  {{"WipeTableP",
                    types::kBoolPointer,
                    entry_value<&Disk::wipe_table>,
                    "wipe_table,omitempty"},
                   {"Partitions",
                    partition_map,
                    [](const void* self) {
                        return partitions_value(entry_at<Disk>(self).second.partitions, View::Live);
                    },
                    "partitions,omitempty"}},
                  {{"Id", "", entry_id<Disk>, kByPointer, "string"},
                   {"WipeTable", "", entry_flag<Disk, &Disk::wipe_table>, kByPointer, "bool"},
                   {"PartitionList", "", partition_list, kByPointer, "[]*node.Partition"}});
}

Type define_filesystem() {
    return define(
        Kind::Struct,
        "node.FileSystem",
        {{"Format", types::kString, entry_value<&FileSystem::format>, "format,omitempty"},
         {"Path", types::kString, entry_value<&FileSystem::path>, "path,omitempty"},
         {"WipeFileSystemP",
          types::kBoolPointer,
          entry_value<&FileSystem::wipe_filesystem>,
          "wipe_filesystem,omitempty"},
         {"Label", types::kString, entry_value<&FileSystem::label>, "label,omitempty"},
         {"Uuid", types::kString, entry_value<&FileSystem::uuid>, "uuid,omitempty"},
         {"Options", types::kStrings, entry_value<&FileSystem::options>, "options,omitempty"},
         {"MountOptions",
          types::kString,
          entry_value<&FileSystem::mount_options>,
          "mount_options,omitempty"}},
        {{"Id", "", entry_id<FileSystem>, kByPointer, "string"},
         {"WipeFileSystem",
          "",
          entry_flag<FileSystem, &FileSystem::wipe_filesystem>,
          kByPointer,
          "bool"}});
}

template <auto member>
Value of_node(const void* self) {
    return to_value(node_at(self).*member);
}

std::vector<Field> profile_fields(const NodeTypes& t, Field::Access access) {
    std::vector<Field> fields = {
        {"Profiles", types::kStrings, of_node<&Node::profiles>, "profiles,omitempty"},
        {"Comment", types::kString, of_node<&Node::comment>, "comment,omitempty"},
        {"ClusterName", types::kString, of_node<&Node::cluster_name>, "cluster name,omitempty"},
        {"ImageName", types::kString, of_node<&Node::image_name>, "image name,omitempty"},
        {"Ipxe", types::kString, of_node<&Node::ipxe_template>, "ipxe template,omitempty"},
        {"RuntimeOverlay",
         types::kStrings,
         of_node<&Node::runtime_overlay>,
         "runtime overlay,omitempty"},
        {"SystemOverlay",
         types::kStrings,
         of_node<&Node::system_overlay>,
         "system overlay,omitempty"},
        {"Kernel",
         t.kernel_pointer,
         [](const void* self) { return kernel_value(node_at(self).kernel); },
         "kernel,omitempty"},
        {"Ipmi",
         t.ipmi_pointer,
         [](const void* self) { return ipmi_value(node_at(self).ipmi); },
         "ipmi,omitempty"},
        {"Init", types::kString, of_node<&Node::init>, "init,omitempty"},
        {"Root", types::kString, of_node<&Node::root>, "root,omitempty"},
        {"NetDevs",
         t.netdev_map,
         [](const void* self) { return devices_value(node_at(self).network_devices, View::Live); },
         "network devices,omitempty"},
        {"Tags", types::kMapStringString, of_node<&Node::tags>, "tags,omitempty"},
        {"PrimaryNetDev",
         types::kString,
         of_node<&Node::primary_network>,
         "primary network,omitempty"},
        {"Disks",
         t.disk_map,
         [](const void* self) { return disks_value(node_at(self).disks, View::Live); },
         "disks,omitempty"},
        {"FileSystems",
         t.filesystem_map,
         [](const void* self) { return filesystems_value(node_at(self).filesystems, View::Live); },
         "filesystems,omitempty"},
        {"Resources",
         t.resource_map,
         [](const void* self) { return resources_value(node_at(self).resources, View::Live); },
         "resources,omitempty"},
    };
    for (Field& field : fields) field.access = access;
    return fields;
}

Type define_node(const NodeTypes& t) {
    std::vector<Field> fields = {
        {"Discoverable", t.wwbool, of_node<&Node::discoverable>, "discoverable,omitempty"},
        {"AssetKey", types::kString, of_node<&Node::asset_key>, "asset key,omitempty"},
        {"Profile",
         t.profile,
         [](const void* self) {
             return Value::struct_view(node_types().profile, self).as_addressable();
         },
         "-"},  // encoding/json lists the fields of an embedded struct, not the struct
    };
    for (Field& field : profile_fields(t, Field::Access::Promoted)) fields.push_back(field);
    return define(
        Kind::Struct,
        "node.Node",
        std::move(fields),
        {{"Id", "", [](Call& call) { return Value::text(node_of(call).id); }, kByPointer, "string"},
         {"ContainerName",
          "",
          [](Call& call) { return Value::text(node_of(call).image_name); },
          kByPointer,
          "string"},
         {"Valid",
          "",
          [](Call& call) { return Value::boolean(node_of(call).valid); },
          kByPointer,
          "bool"},
         {"DiskList",
          "",
          [](Call& call) {
              return pointers_to_entries(
                  node_types().disk_list, node_types().disk, node_of(call).disks);
          },
          kByPointer,
          "[]*node.Disk"},
         {"FileSystemList",
          "",
          [](Call& call) {
              return pointers_to_entries(
                  node_types().filesystem_list, node_types().filesystem, node_of(call).filesystems);
          },
          kByPointer,
          "[]*node.FileSystem"}});
}

Type map_of_pointers(Type element) {
    return Type::map_of(types::kString, Type::pointer_to(element));
}
Type list_of_pointers(Type element) { return Type::slice_of(Type::pointer_to(element)); }

NodeTypes define_all() {
    NodeTypes t;
    t.wwbool = define_wwbool();
    t.resource = define_resource();
    t.kernel = define_kernel();
    t.ipmi = define_ipmi(t.wwbool);
    t.netdev = define_netdev(t.wwbool);
    t.partition = define_partition();
    t.partition_map = map_of_pointers(t.partition);
    t.disk = define_disk(t.partition_map);
    t.filesystem = define_filesystem();

    t.kernel_pointer = Type::pointer_to(t.kernel);
    t.ipmi_pointer = Type::pointer_to(t.ipmi);
    t.netdev_map = map_of_pointers(t.netdev);
    t.disk_map = map_of_pointers(t.disk);
    t.disk_list = list_of_pointers(t.disk);
    t.partition_list = list_of_pointers(t.partition);
    t.filesystem_map = map_of_pointers(t.filesystem);
    t.filesystem_list = list_of_pointers(t.filesystem);
    t.resource_map = Type::map_of(types::kString, t.resource);

    t.profile = define(Kind::Struct,
                       "node.Profile",
                       profile_fields(t, Field::Access::Exported),
                       {{"Id", "", no_id, kByPointer, "string"}});
    t.node = define_node(t);
    t.node_pointer = Type::pointer_to(t.node);
    t.node_list = Type::slice_of(t.node);
    return t;
}

}  // namespace

const NodeTypes& node_types() {
    static const NodeTypes all = define_all();
    return all;
}

}  // namespace model

}  // namespace ww::render
