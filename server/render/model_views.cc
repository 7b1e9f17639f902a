// SPDX-License-Identifier: BSD-3-Clause
//
// Nodes and their parts as views, live and as upstream's copy leaves them. Source:
// reference/templates.md §12.1.
#include "render/model_views.h"

namespace ww::render::model {

namespace {

using nodes::Disk;
using nodes::Node;
using tmpl::Call;
using tmpl::Type;
using tmpl::Value;
namespace types = tmpl::types;

// What upstream's copy of a node loses, wherever it is reached from.
class CopiedStruct final : public tmpl::StructView {
   public:
    Value field(const void* self, Type type, size_t index) const override {
        const NodeTypes& known = node_types();
        const std::string_view name = type.info().fields[index].name;
        if (type == known.disk && name == "Partitions")
            return partitions(entry_at<Disk>(self).second);
        if (type == known.node || type == known.profile) {
            if (name == "NetDevs")
                return devices_value(node_at(self).network_devices, View::Copied);
            if (name == "Disks") return disks_value(node_at(self).disks, View::Copied);
            if (name == "FileSystems")
                return filesystems_value(node_at(self).filesystems, View::Copied);
            if (name == "Resources") return resources_value(node_at(self).resources, View::Copied);
            if (name == "Profile") return copied_profile(node_at(self));
        }
        Value value = StructView::field(self, type, index);
        const bool lost =
            value.type() == types::kBoolPointer && !value.is_nil() && !value.pointee().as_bool();
        return lost ? Value::nil_of(types::kBoolPointer) : value;
    }

    Value method(const void* self, Type type, size_t index, Call& call) const override {
        const std::string_view name = type.info().methods[index].name;
        if (name == "Primary") return Value::boolean(false);
        if (name == "Id") return Value::text("");
        return StructView::method(self, type, index, call);
    }

   private:
    static Value partitions(const Disk& disk);
};

const CopiedStruct kCopied;

Value CopiedStruct::partitions(const Disk& disk) {
    return partitions_value(disk.partitions, View::Copied);
}

class NodeListView final : public tmpl::ListView {
   public:
    size_t size(const void* self) const override { return nodes(self).size(); }
    Value at(const void* self, size_t index) const override {
        return Value::struct_view(node_types().node, &nodes(self)[index]).as_addressable();
    }

   private:
    static const nodes::NodeList& nodes(const void* self) {
        return *static_cast<const nodes::NodeList*>(self);
    }
};

}  // namespace

const tmpl::StructView& reader(View view) {
    return view == View::Copied ? static_cast<const tmpl::StructView&>(kCopied)
                                : tmpl::kPlainStruct;
}

Value devices_value(const std::map<std::string, nodes::NetDev>& devices, View view) {
    return entry_map(node_types().netdev_map, node_types().netdev, devices, view);
}
Value disks_value(const std::map<std::string, Disk>& disks, View view) {
    if (disks.empty()) return Value::nil_of(node_types().disk_map);
    return entry_map(node_types().disk_map, node_types().disk, disks, view);
}
Value partitions_value(const std::map<std::string, nodes::Partition>& partitions, View view) {
    if (partitions.empty()) return Value::nil_of(node_types().partition_map);
    return entry_map(node_types().partition_map, node_types().partition, partitions, view);
}
Value filesystems_value(const std::map<std::string, nodes::FileSystem>& filesystems, View view) {
    if (filesystems.empty()) return Value::nil_of(node_types().filesystem_map);
    return entry_map(node_types().filesystem_map, node_types().filesystem, filesystems, view);
}
Value kernel_value(const nodes::Kernel& kernel) {
    return Value::struct_view(node_types().kernel_pointer, &kernel);
}
Value ipmi_value(const nodes::Ipmi& ipmi) {
    return Value::struct_view(node_types().ipmi_pointer, &ipmi);
}

Value live_node_pointer(const Node& node) {
    return Value::struct_view(node_types().node_pointer, &node);
}
Value copied_node(const Node& node) {
    return Value::struct_view(node_types().node, &node, &kCopied);
}
Value copied_profile(const Node& node) {
    return Value::struct_view(node_types().profile, &node, &kCopied);
}

Value node_list(const nodes::NodeList* nodes) {
    static const NodeListView view;
    return Value::list_view(node_types().node_list, &view, nodes);
}

}  // namespace ww::render::model
