// SPDX-License-Identifier: BSD-3-Clause
#include "upgrade/nodes/old_keys.h"

#include <fmt/ranges.h>

#include <utility>

#include "base/net.h"
#include "golib/bool.h"

namespace ww::upgrade {

namespace {

using At = NodeValues::At;

/// A key of T in older releases.
template <class T>
struct OldKey {
    std::string_view name;
    std::string_view releases;  // that knew it
    std::string_view now;       // what takes its place; for one that went, why
    void (*port)(NodeValues& in,
                 const OldKey& key,
                 const yaml::Node& value,
                 T& object,
                 EntryLeftovers& left);
};

template <class T>
void drop(NodeValues& in, const OldKey<T>& key, const yaml::Node& value, T&, EntryLeftovers&) {
    in.note(value, fmt::format("ignore: {}: {} ({})", key.name, value.text, key.now));
}

template <class T>
void delete_tags(
    NodeValues& in, const OldKey<T>&, const yaml::Node& value, T& object, EntryLeftovers&) {
    nodes::StringList gone;
    in.read(value, gone);
    for (const std::string& name : gone) object.tags.erase(name);
}

// ---- Entries

void rename_image(NodeValues& in,
                  const OldKey<nodes::Profile>&,
                  const yaml::Node& value,
                  nodes::Profile& entry,
                  EntryLeftovers&) {
    if (entry.image_name.empty())
        in.read(value, entry.image_name);
    else if (value.text != entry.image_name)
        in.note(
            value,
            fmt::format(
                "container name {} is ignored beside image name {}", value.text, entry.image_name));
}

// What `ipmi:` says wins.
template <auto member>
void into_ipmi(NodeValues& in,
               const OldKey<nodes::Profile>& key,
               const yaml::Node& value,
               nodes::Profile& entry,
               EntryLeftovers&) {
    const At at(in, key.name);
    auto& into = entry.ipmi.*member;
    using Value = std::remove_reference_t<decltype(into)>;
    Value before = std::exchange(into, Value());
    in.read(value, into);
    if (!(before == Value())) into = std::move(before);
}

void merge_tags(NodeValues& in,
                const OldKey<nodes::Profile>&,
                const yaml::Node& value,
                nodes::Profile& entry,
                EntryLeftovers&) {
    nodes::StringMap tags;
    in.read(value, tags);
    entry.tags.merge(tags);
}

// Nodes still have two of these; they have been taken by then.
constexpr OldKey<nodes::Profile> kEntry[] = {
    {"disabled", "4.0", "no longer used", drop},
    {"asset key", "4.3 to 4.5, in profiles", "only nodes have one", drop},
    {"discoverable", "4.0 to 4.5, in profiles", "only nodes are", drop},
    {"container name", "4.0 to 4.5", "image name", rename_image},
    {"ipmi username", "4.0 to 4.5", "ipmi: username", into_ipmi<&nodes::Ipmi::username>},
    {"ipmi password", "4.0 to 4.5", "ipmi: password", into_ipmi<&nodes::Ipmi::password>},
    {"ipmi ipaddr", "4.0 to 4.5", "ipmi: ipaddr", into_ipmi<&nodes::Ipmi::ipaddr>},
    {"ipmi gateway", "4.0 to 4.5", "ipmi: gateway", into_ipmi<&nodes::Ipmi::gateway>},
    {"ipmi netmask", "4.0 to 4.5", "ipmi: netmask", into_ipmi<&nodes::Ipmi::netmask>},
    {"ipmi port", "4.2 to 4.5", "ipmi: port", into_ipmi<&nodes::Ipmi::port>},
    {"ipmi interface", "4.2 to 4.5", "ipmi: interface", into_ipmi<&nodes::Ipmi::interface>},
    {"ipmi escapechar", "4.5", "ipmi: escapechar", into_ipmi<&nodes::Ipmi::escapechar>},
    {"ipmi write", "4.3 to 4.5", "ipmi: write", into_ipmi<&nodes::Ipmi::write>},
    {"keys", "4.1 to 4.5", "tags", merge_tags},
    {"tagsdel", "4.4 to 4.5", "taken out of tags", delete_tags},
};

// ---- IPMI and network devices

constexpr OldKey<nodes::Ipmi> kIpmi[] = {
    {"tagsdel", "4.4 to 4.5", "taken out of tags", delete_tags},
};

void port_ip6addr(NodeValues& in,
                  const OldKey<nodes::NetDev>&,
                  const yaml::Node& value,
                  nodes::NetDev& device,
                  EntryLeftovers&) {
    std::optional<IpAddress> address;
    in.read(value, address);
    if (address && device.ipaddr6 && address != device.ipaddr6)
        in.note(
            value,
            fmt::format("ip6addr {} replaces ipaddr6 {}", value.text, device.ipaddr6->to_string()));
    if (address) device.ipaddr6 = address;
}

IpAddress mask_of_any(const Cidr& cidr) {
    if (cidr.address.is_v4()) return mask_of(cidr.prefix_length);
    std::string bytes(16, '\0');
    for (int bit = 0; bit < cidr.prefix_length; ++bit) {
        char& byte = bytes[static_cast<size_t>(bit / 8)];
        byte = static_cast<char>(byte | 0x80 >> (bit % 8));
    }
    return *IpAddress::from_bytes(bytes);
}

void port_ipcidr(NodeValues& in,
                 const OldKey<nodes::NetDev>&,
                 const yaml::Node& value,
                 nodes::NetDev& device,
                 EntryLeftovers&) {
    const auto cidr = Cidr::parse(value.text);
    if (!cidr)
        return in.note(
            value, fmt::format("ignore: ipcidr: {} (not an address with a prefix)", value.text));
    if (!device.ipaddr) device.ipaddr = cidr->address;
    if (!device.netmask) device.netmask = mask_of_any(*cidr);
}

template <auto first>
void note_primary(NodeValues& in,
                  const OldKey<nodes::NetDev>&,
                  const yaml::Node& value,
                  nodes::NetDev&,
                  EntryLeftovers& left) {
    const bool yes =
        value.kind == yaml::Node::Kind::Scalar && golib::parse_bool(value.text).value_or(false);
    if (yes && (left.*first).empty()) left.*first = in.here();
}

constexpr OldKey<nodes::NetDev> kDevice[] = {
    {"prefix", "4.3 to 4.6.4", "no longer used", drop},
    {"tagsdel", "4.4 to 4.5", "taken out of tags", delete_tags},
    {"ip6addr", "4.3 to 4.6.4", "ipaddr6", port_ip6addr},
    {"ipcidr", "4.3 to 4.5", "ipaddr and netmask", port_ipcidr},
    {"primary",
     "4.3 to 4.5",
     "primary network of the entry",
     note_primary<&EntryLeftovers::primary>},
    {"default",
     "4.0 to 4.5",
     "primary network, where no device is primary",
     note_primary<&EntryLeftovers::usual>},
};

template <class T, size_t size>
void port_all(const OldKey<T> (&keys)[size],
              NodeValues& in,
              Entries& entries,
              T& object,
              EntryLeftovers& left) {
    for (const OldKey<T>& key : keys) {
        const yaml::Node* value = take(entries, key.name);
        if (value == nullptr) continue;
        in.legacy = true;
        key.port(in, key, *value, object, left);
    }
}

// ---- Keys whose values had another form

/// Until 4.2, of overlays: names with commas between.
void read_overlays(NodeValues& in,
                   Entries& entries,
                   std::string_view key,
                   nodes::StringList& list) {
    const yaml::Node* value = take(entries, key);
    if (value == nullptr) return;
    const At at(in, key);
    if (value->kind != yaml::Node::Kind::Scalar) return in.read(*value, list);
    in.legacy = true;
    list = split(value->text, ",");
}

/// Until 4.5, of kernels: arguments with blanks between.
void read_args(NodeValues& in, const yaml::Node& node, nodes::StringList& args) {
    if (node.kind != yaml::Node::Kind::Scalar) {
        const At at(in, "args");
        return in.read(node, args);
    }
    in.legacy = true;
    args = split(node.text, " \t\r\n");
}

// ---- What takes more than one key

// An iPXE template of 4.5 that became an entry of the default's menu.
void port_dracut(NodeValues& in, const yaml::Node& node, nodes::Profile& entry) {
    constexpr const char* kMenuTag = "IPXEMenuEntry";
    if (entry.ipxe_template != "dracut") return;
    if (entry.tags.count(kMenuTag) != 0)
        return in.note(node,
                       "ipxe template \"dracut\" is left, since the tag IPXEMenuEntry is set; "
                       "there is no such template any more");
    in.note(node, "ipxe template \"dracut\" is now \"default\" with the tag IPXEMenuEntry=dracut");
    entry.ipxe_template = "default";
    entry.tags[kMenuTag] = "dracut";
}

// 4.0 to 4.5 had "kernel args" and "kernel version" in the entry itself, 4.3 to 4.5 "kernel
// override" and, in `kernel:`, "override".
void port_kernel(NodeValues& in,
                 Entries& entries,
                 nodes::Profile& entry,
                 const EntryLeftovers& left,
                 const KernelOverride& kernel_override) {
    const yaml::Node* args = take(entries, "kernel args");
    const yaml::Node* version = take(entries, "kernel version");
    const yaml::Node* flat_override = take(entries, "kernel override");
    in.legacy = in.legacy || args != nullptr || version != nullptr || flat_override != nullptr;
    std::string name = left.kernel_override;
    const yaml::Node* name_at = left.kernel_override_at;
    if (entry.kernel.present) {
        for (const yaml::Node* each : {args, version, flat_override})
            if (each != nullptr) in.note(*each, "is ignored beside \"kernel:\"");
    } else {
        if (args != nullptr) read_args(in, *args, entry.kernel.args);
        if (version != nullptr) in.read(*version, entry.kernel.version);
        if (flat_override != nullptr) in.read(*flat_override, name);
        name_at = flat_override;
    }
    if (name.empty()) return;
    const std::string found =
        kernel_override ? kernel_override(entry.image_name, name) : std::string();
    if (!found.empty())
        entry.kernel.version = found;
    else
        in.note(*name_at,
                fmt::format("there is no kernel for the override {} (image {})",
                            name,
                            entry.image_name.empty() ? "unknown" : entry.image_name));
}

}  // namespace

void read_old_forms(NodeValues& in, Entries& entries, nodes::Profile& entry, EntryLeftovers&) {
    read_overlays(in, entries, "runtime overlay", entry.runtime_overlay);
    read_overlays(in, entries, "system overlay", entry.system_overlay);
}

void read_old_forms(NodeValues& in, Entries& entries, nodes::Kernel& kernel, EntryLeftovers& left) {
    if (const yaml::Node* value = take(entries, "override")) {
        in.legacy = true;
        const At at(in, "override");
        in.read(*value, left.kernel_override);
        left.kernel_override_at = value;
    }
    if (const yaml::Node* args = take(entries, "args")) read_args(in, *args, kernel.args);
}

// 4.5 had a list.
void read_old_forms(NodeValues& in, Entries& entries, nodes::FileSystem& fs, EntryLeftovers&) {
    const yaml::Node* value = take(entries, "mount_options");
    if (value == nullptr) return;
    const At at(in, "mount_options");
    if (value->kind == yaml::Node::Kind::Scalar) return in.read(*value, fs.mount_options);
    in.legacy = true;
    nodes::StringList options;
    in.read(*value, options);
    fs.mount_options = fmt::format("{}", fmt::join(options, " "));
}

void port_old_keys(NodeValues& in, Entries& entries, nodes::Profile& entry, EntryLeftovers& left) {
    port_all(kEntry, in, entries, entry, left);
}

void port_old_keys(NodeValues& in, Entries& entries, nodes::Ipmi& ipmi, EntryLeftovers& left) {
    port_all(kIpmi, in, entries, ipmi, left);
}

void port_old_keys(NodeValues& in, Entries& entries, nodes::NetDev& device, EntryLeftovers& left) {
    port_all(kDevice, in, entries, device, left);
}

void finish_entry(NodeValues& in,
                  const yaml::Node& node,
                  Entries& entries,
                  nodes::Profile& entry,
                  const EntryLeftovers& left,
                  const KernelOverride& kernel_override) {
    port_dracut(in, node, entry);
    port_kernel(in, entries, entry, left, kernel_override);
    if (entry.primary_network.empty())
        entry.primary_network = left.primary.empty() ? left.usual : left.primary;
}

}  // namespace ww::upgrade
