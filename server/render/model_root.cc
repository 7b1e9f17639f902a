// SPDX-License-Identifier: BSD-3-Clause
//
// The roots of templates: overlay files, and iPXE and GRUB scripts; and the server's configuration
// as templates see it. Source: reference/templates.md §12.1, §12.6, §13.2.
#include "render/model.h"
#include "render/model_values.h"

namespace ww::render {

namespace {

using model::member_value;
using model::NodeTypes;
using model::to_value;
using model::View;
using tmpl::Call;
using tmpl::Field;
using tmpl::Kind;
using tmpl::Method;
using tmpl::Type;
using tmpl::TypeInfo;
using tmpl::Value;
namespace types = tmpl::types;

template <class T>
const T& at(const void* self) {
    return *static_cast<const T*>(self);
}

Type define(const char* name, std::vector<Field> fields, std::vector<Method> methods = {}) {
    TypeInfo info;
    info.kind = Kind::Struct;
    info.name = name;
    info.fields = std::move(fields);
    info.methods = std::move(methods);
    return Type::define(std::move(info));
}

// A method that calls a const member function giving bool or std::string.
template <auto function>
struct Getter;
template <class Class, class Returned, Returned (Class::*function)() const>
struct Getter<function> {
    static constexpr std::string_view kResult = std::is_same_v<Returned, bool> ? "bool" : "string";
    static Value run(Call& call) {
        const auto result = (at<Class>(call.self().address()).*function)();
        if constexpr (std::is_same_v<Returned, bool>) {
            return Value::boolean(result);
        } else {
            return Value::string(result);
        }
    }
};

template <auto function>
Method getter(std::string_view name) {
    return {name, "", Getter<function>::run, Method::Receiver::Value, Getter<function>::kResult};
}

// ---- Configuration ----

using config::DhcpConf;
using config::NfsConf;
using config::NfsExport;
using config::Paths;
using config::ServerConf;
using config::SshConf;
using config::TftpConf;
using config::WarewulfConf;

Type warewulf_type() {
    static const Type type = define(
        "config.WarewulfConf",
        {{"Port", types::kInt, member_value<&ServerConf::port>},
         {"TLSPort", types::kInt, member_value<&ServerConf::tls_port>},
         {"SecureP", types::kBoolPointer, member_value<&ServerConf::secure_p>},
         {"SecureFilesP", types::kBoolPointer, member_value<&ServerConf::secure_files_p>},
         {"TLSEnabledP", types::kBoolPointer, member_value<&ServerConf::tls_p>},
         {"UpdateInterval", types::kInt, member_value<&ServerConf::update_interval>},
         {"AutobuildOverlaysP",
          types::kBoolPointer,
          member_value<&ServerConf::autobuild_overlays_p>},
         {"EnableHostOverlayP", types::kBoolPointer, member_value<&ServerConf::host_overlay_p>},
         {"GrubBootP", types::kBoolPointer, member_value<&ServerConf::grubboot_p>},
         {"SystemdName", types::kString, member_value<&ServerConf::systemd_name>}},
        {getter<&ServerConf::secure>("Secure"),
         getter<&ServerConf::secure_files>("SecureFiles"),
         getter<&ServerConf::tls>("TLSEnabled"),
         getter<&ServerConf::autobuild_overlays>("AutobuildOverlays"),
         getter<&ServerConf::host_overlay>("EnableHostOverlay"),
         getter<&ServerConf::grubboot>("GrubBoot")});
    return type;
}

Type dhcp_type() {
    static const Type type =
        define("config.DHCPConf",
               {{"EnabledP", types::kBoolPointer, member_value<&DhcpConf::enabled_p>},
                {"Template", types::kString, member_value<&DhcpConf::template_name>},
                {"RangeStart", types::kString, member_value<&DhcpConf::range_start>},
                {"RangeEnd", types::kString, member_value<&DhcpConf::range_end>},
                {"Range6Start", types::kString, member_value<&DhcpConf::range6_start>},
                {"Range6End", types::kString, member_value<&DhcpConf::range6_end>},
                {"SystemdName", types::kString, member_value<&DhcpConf::systemd_name>}},
               {getter<&DhcpConf::enabled>("Enabled")});
    return type;
}

Type tftp_type() {
    static const Type type =
        define("config.TFTPConf",
               {{"EnabledP", types::kBoolPointer, member_value<&TftpConf::enabled_p>},
                {"TftpRoot", types::kString, member_value<&TftpConf::tftproot>},
                {"SystemdName", types::kString, member_value<&TftpConf::systemd_name>},
                {"IpxeBinaries", types::kMapStringString, member_value<&TftpConf::ipxe>}},
               {getter<&TftpConf::enabled>("Enabled")});
    return type;
}

Type export_type() {
    static const Type type =
        define("config.NFSExportConf",
               {{"Path", types::kString, member_value<&NfsExport::path>},
                {"ExportOptions", types::kString, member_value<&NfsExport::export_options>}});
    return type;
}

Type export_list_type() {
    static const Type type = Type::slice_of(Type::pointer_to(export_type()));
    return type;
}

Value export_element(const NfsExport& row) {
    return Value::struct_view(Type::pointer_to(export_type()), &row);
}

Type nfs_type() {
    static const Type type =
        define("config.NFSConf",
               {{"EnabledP", types::kBoolPointer, member_value<&NfsConf::enabled_p>},
                {"ExportsExtended",
                 export_list_type(),
                 [](const void* self) {
                     return tmpl::VectorView<NfsExport, export_element>::of(
                         export_list_type(), at<NfsConf>(self).export_paths);
                 }},
                {"SystemdName", types::kString, member_value<&NfsConf::systemd_name>}},
               {getter<&NfsConf::enabled>("Enabled")});
    return type;
}

Type ssh_type() {
    static const Type type = define(
        "config.SSHConf", {{"KeyTypes", types::kStrings, member_value<&SshConf::key_types>}});
    return type;
}

Type paths_type() {
    static const Type type =
        define("config.BuildConfig",
               {{"Bindir", types::kString, member_value<&Paths::bindir>},
                {"Sysconfdir", types::kString, member_value<&Paths::sysconfdir>},
                {"Localstatedir", types::kString, member_value<&Paths::localstatedir>},
                {"Cachedir", types::kString, member_value<&Paths::cachedir>},
                {"Ipxesource", types::kString, member_value<&Paths::ipxesource>},
                {"Srvdir", types::kString, member_value<&Paths::srvdir>},
                {"Firewallddir", types::kString, member_value<&Paths::firewalldir>},
                {"Systemddir", types::kString, member_value<&Paths::systemddir>},
                {"Datadir", types::kString, member_value<&Paths::datadir>},
                {"WWOverlaydir", types::kString, member_value<&Paths::wwoverlaydir>},
                {"WWChrootdir", types::kString, member_value<&Paths::wwchrootdir>},
                {"WWProvisiondir", types::kString, member_value<&Paths::wwprovisiondir>},
                {"WWClientdir", types::kString, member_value<&Paths::wwclientdir>},
                {"WWFilesdir", types::kString, member_value<&Paths::wwfilesdir>}},
               {getter<&Paths::nodes_conf>("NodesConf"),
                getter<&Paths::auth_conf>("AuthenticationConf"),
                getter<&Paths::oci_blob_cache>("OciBlobCachedir"),
                getter<&Paths::site_overlays>("SiteOverlaydir"),
                getter<&Paths::distribution_overlays>("DistributionOverlaydir"),
                getter<&Paths::overlay_provision>("OverlayProvisiondir")});
    return type;
}

// ---- The root of overlay templates ----

const WarewulfConf& conf_of(const void* self) { return *at<RootData>(self).conf; }

template <auto member>
Value of_conf(const void* self) {
    return to_value(conf_of(self).*member);
}

// A field of the node that the root embeds, in upstream's lossy copy.
template <auto member>
Value of_node(const void* self) {
    return to_value(at<RootData>(self).node.*member);
}

template <auto section>
Value conf_section(Type type, const void* self) {
    return Value::struct_view(type, &(conf_of(self).*section));
}

std::vector<Field> root_fields() {
    using nodes::Node;
    const NodeTypes& t = model::node_types();
    const auto image_name = of_node<&Node::image_name>;
    const auto id = of_node<&Node::id>;
    std::vector<Field> fields = {
        {"Id", types::kString, id},
        {"Hostname", types::kString, id},
        {"BuildHost", types::kString, member_value<&RootData::build_host>},
        {"BuildTime", types::kString, member_value<&RootData::build_time>},
        {"BuildTimeUnix", types::kString, member_value<&RootData::build_time_unix>},
        {"BuildSource", types::kString, member_value<&RootData::build_source>},
        {"Overlay", types::kString, member_value<&RootData::overlay>},
        {"Ipaddr", types::kString, of_conf<&WarewulfConf::ipaddr>},
        {"IpCIDR", types::kString, member_value<&RootData::ip_cidr>},
        {"Ipaddr6", types::kString, of_conf<&WarewulfConf::ipaddr6>},
        {"PrefixLen6", types::kString, of_conf<&WarewulfConf::prefixlen6>},
        {"IpCIDR6", types::kString, member_value<&RootData::ip_cidr6>},
        {"Netmask", types::kString, of_conf<&WarewulfConf::netmask>},
        {"Network", types::kString, of_conf<&WarewulfConf::network>},
        {"NetworkCIDR", types::kString, member_value<&RootData::network_cidr>},
        {"Network6", types::kString, member_value<&RootData::network6>},
        {"NetworkCIDR6", types::kString, member_value<&RootData::network_cidr6>},
        {"Ipv6",
         types::kBool,
         [](const void* self) { return Value::boolean(conf_of(self).ipv6()); }},
        {"Dhcp",
         dhcp_type(),
         [](const void* self) { return conf_section<&WarewulfConf::dhcp>(dhcp_type(), self); }},
        {"Nfs",
         nfs_type(),
         [](const void* self) { return conf_section<&WarewulfConf::nfs>(nfs_type(), self); }},
        {"Ssh",
         ssh_type(),
         [](const void* self) { return conf_section<&WarewulfConf::ssh>(ssh_type(), self); }},
        {"Warewulf",
         warewulf_type(),
         [](const void* self) {
             return conf_section<&WarewulfConf::warewulf>(warewulf_type(), self);
         }},
        {"Tftp",
         tftp_type(),
         [](const void* self) { return conf_section<&WarewulfConf::tftp>(tftp_type(), self); }},
        {"Paths",
         paths_type(),
         [](const void* self) { return conf_section<&WarewulfConf::paths>(paths_type(), self); }},
        {"AllNodes",
         t.node_list,
         [](const void* self) { return model::node_list(&at<RootData>(self).all_nodes); }},
        {"Node",
         t.node,
         [](const void* self) { return model::copied_node(at<RootData>(self).node); },
         ",inline"},
        {"Container", types::kString, image_name},
        {"ContainerName", types::kString, image_name},
        {"ThisNode",
         t.node_pointer,
         [](const void* self) { return model::live_node_pointer(at<RootData>(self).node); }},
    };
    const std::vector<Field> promoted = {
        // Ours, and not upstream's: found by name only, so that what prints all fields is the same.
        {"Arch", types::kString, member_value<&RootData::arch>},
        {"Discoverable", t.wwbool, of_node<&Node::discoverable>},
        {"AssetKey", types::kString, of_node<&Node::asset_key>},
        {"Profile",
         t.profile,
         [](const void* self) { return model::copied_profile(at<RootData>(self).node); }},
        {"Profiles", types::kStrings, of_node<&Node::profiles>},
        {"Comment", types::kString, of_node<&Node::comment>},
        {"ClusterName", types::kString, of_node<&Node::cluster_name>},
        {"ImageName", types::kString, image_name},
        {"Ipxe", types::kString, of_node<&Node::ipxe_template>},
        {"RuntimeOverlay", types::kStrings, of_node<&Node::runtime_overlay>},
        {"SystemOverlay", types::kStrings, of_node<&Node::system_overlay>},
        {"Kernel",
         t.kernel_pointer,
         [](const void* self) { return model::kernel_value(at<RootData>(self).node.kernel); }},
        {"Ipmi",
         t.ipmi_pointer,
         [](const void* self) { return model::ipmi_value(at<RootData>(self).node.ipmi); }},
        {"Init", types::kString, of_node<&Node::init>},
        {"Root", types::kString, of_node<&Node::root>},
        {"NetDevs",
         t.netdev_map,
         [](const void* self) {
             return model::devices_value(at<RootData>(self).node.network_devices, View::Copied);
         }},
        {"Tags", types::kMapStringString, of_node<&Node::tags>},
        {"PrimaryNetDev", types::kString, of_node<&Node::primary_network>},
        {"Disks",
         t.disk_map,
         [](const void* self) {
             return model::disks_value(at<RootData>(self).node.disks, View::Copied);
         }},
        {"FileSystems",
         t.filesystem_map,
         [](const void* self) {
             return model::filesystems_value(at<RootData>(self).node.filesystems, View::Copied);
         }},
        {"Resources",
         t.resource_map,
         [](const void* self) {
             return model::resources_value(at<RootData>(self).node.resources, View::Copied);
         }},
    };
    for (Field field : promoted) {
        field.access = Field::Access::Promoted;
        fields.push_back(field);
    }
    return fields;
}

// ---- The root of iPXE and GRUB templates ----

Type script_type() {
    static const Type type = define(
        "warewulfd.templateVars",
        {{"Message", types::kString, member_value<&ScriptData::empty>},
         {"WaitTime", types::kString, member_value<&ScriptData::empty>},
         {"Hostname", types::kString, member_value<&ScriptData::id>},
         {"Fqdn", types::kString, member_value<&ScriptData::id>},
         {"Id", types::kString, member_value<&ScriptData::id>},
         {"Cluster", types::kString, member_value<&ScriptData::cluster>},
         {"ImageName", types::kString, member_value<&ScriptData::image_name>},
         {"Ipxe", types::kString, member_value<&ScriptData::ipxe>},
         {"Hwaddr", types::kString, member_value<&ScriptData::hwaddr>},
         {"Ipaddr", types::kString, member_value<&ScriptData::ipaddr>},
         {"Ipaddr6", types::kString, member_value<&ScriptData::ipaddr6>},
         {"Port", types::kString, member_value<&ScriptData::port>},
         {"Authority", types::kString, member_value<&ScriptData::authority>},
         {"KernelArgs", types::kString, member_value<&ScriptData::kernel_args>},
         {"KernelVersion", types::kString, member_value<&ScriptData::kernel_version>},
         {"Arch", types::kString, member_value<&ScriptData::arch>},
         {"ImageCompress", types::kString, member_value<&ScriptData::image_compress>},
         {"Root", types::kString, member_value<&ScriptData::root>},
         {"TLS", types::kBool, member_value<&ScriptData::tls>},
         {"Tags",
          types::kMapStringString,
          [](const void* self) {
              const auto* tags = at<ScriptData>(self).tags;
              return tags == nullptr ? Value::nil_of(types::kMapStringString) : to_value(*tags);
          }},
         {"NetDevs", model::node_types().netdev_map, [](const void* self) {
              const auto* devices = at<ScriptData>(self).network_devices;
              return devices == nullptr ? Value::nil_of(model::node_types().netdev_map)
                                        : model::devices_value(*devices, View::Live);
          }}});
    return type;
}

}  // namespace

void RootData::derive() {
    all_nodes = snapshot->nodes();
    ip_cidr = conf->ip_cidr();
    network_cidr = conf->network_cidr();
    ip_cidr6 = conf->ip_cidr6();
    network6 = conf->network6();
    network_cidr6 = conf->network_cidr6();
}

Type root_type() {
    static const Type type = define("overlay.TemplateStruct", root_fields());
    return type;
}

Value root_value(const RootData& root) { return Value::struct_view(root_type(), &root); }

Value script_value(const ScriptData& script) {
    return Value::struct_view(Type::pointer_to(script_type()), &script);
}

}  // namespace ww::render
