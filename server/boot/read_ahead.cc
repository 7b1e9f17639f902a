// SPDX-License-Identifier: BSD-3-Clause
#include "boot/read_ahead.h"

#include "base/prefetch.h"

namespace ww::boot {

namespace {

void prefetch_fields(const nodes::Node& node) {
    prefetch(&node.id);
    prefetch(&node.asset_key);
    prefetch(&node.cluster_name);
    prefetch(&node.image_name);
    prefetch(&node.ipxe_template);
    prefetch(&node.root);
    prefetch(&node.kernel.version);
    prefetch(&node.kernel.args);
    prefetch(&node.network_devices);
    prefetch(&node.tags);
}

// What the fields point at.
void prefetch_lists(const nodes::Node& node) {
    prefetch(node.kernel.args.data());
    if (node.network_devices.empty()) return;
    const auto& [name, device] = *node.network_devices.begin();
    prefetch(&name);
    prefetch(&device.device);
    prefetch(&device.hwaddr);
    prefetch(&device.ipaddr);
    prefetch(&device.gateway);
}

}  // namespace

void read_ahead(std::span<const nodes::Node* const> nodes) {
    for (const nodes::Node* node : nodes)
        if (node != nullptr) prefetch_fields(*node);
    for (const nodes::Node* node : nodes)
        if (node != nullptr) prefetch_lists(*node);
}

}  // namespace ww::boot
