// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/index.h"

#include "nodes/digest.h"

namespace ww::nodes {

namespace {

bool is_candidate(const Node& node) {
    return node.discoverable.value() && !node.network_devices.empty();
}

// Calls hwaddr(normal) and ip(address) for what a node is found by. Discoverable nodes are not
// found by a hardware address: whoever has it is to be discovered.
template <class Hwaddr, class Ip>
void each_address(const Node& node, Hwaddr&& hwaddr, Ip&& ip) {
    const bool known = !node.discoverable.value();
    for (const auto& [name, device] : node.network_devices) {
        if (device.ipaddr) ip(*device.ipaddr);
        if (device.ipaddr6) ip(*device.ipaddr6);
        if (known && !device.hwaddr.empty()) hwaddr(normal_hwaddr(device.hwaddr));
    }
}

template <class Map, class Key>
void put(Map& map, Key key, const NodePointer& node) {
    map.put(std::make_shared<const typename Map::value_type>(std::move(key), node));
}

}  // namespace

const std::string& MergedNode::digest() const {
    std::call_once(once_, [&] { digest_ = digest_of(*this); });
    return digest_;
}

void NodeIndex::add(const NodePointer& node) {
    const Place place = place_of(*node);
    put(by_place_, place, node);
    put(by_id_, std::string_view(node->id), node);
    each_address(
        *node,
        [&](const std::string& address) { by_hwaddr_.add(address, node); },
        [&](const IpAddress& address) { put(by_ip_, IpKey{address, place}, node); });
    if (is_candidate(*node)) put(discoverable_, place, node);
}

void NodeIndex::remove(const NodePointer& node) {
    const Place place = place_of(*node);
    by_place_.erase(place);
    by_id_.erase(std::string_view(node->id));
    each_address(
        *node,
        [&](const std::string& address) { by_hwaddr_.remove(address, node); },
        [&](const IpAddress& address) { by_ip_.erase(IpKey{address, place}); });
    discoverable_.erase(place);
}

std::vector<const Node*> NodeIndex::in_order() const {
    std::vector<const Node*> out;
    out.reserve(by_place_.size());
    for (const auto& [place, node] : by_place_) out.push_back(node.get());
    return out;
}

NodePointer NodeIndex::find(std::string_view id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second;
}

const Node* NodeIndex::by_hwaddr(std::string_view normal) const { return by_hwaddr_.find(normal); }

std::vector<const Node*> NodeIndex::by_hwaddr(std::span<const std::string_view> normal) const {
    return by_hwaddr_.find(normal);
}

const Node* NodeIndex::by_ip(const IpAddress& address) const {
    const auto found = by_ip_.lower_bound(address);
    return found == by_ip_.end() || found->first.address != address ? nullptr : found->second.get();
}

std::vector<const Node*> NodeIndex::all_by_ip(const IpAddress& address) const {
    std::vector<const Node*> nodes;
    for (auto at = by_ip_.lower_bound(address); at != by_ip_.end() && at->first.address == address;
         ++at)
        nodes.push_back(at->second.get());
    return nodes;
}

const Node* NodeIndex::first_discoverable() const {
    return discoverable_.empty() ? nullptr : discoverable_.begin()->second.get();
}

void ProfileUses::add(fields::EntryKind kind, const std::string& id, const StringList& profiles) {
    for (const std::string& profile : profiles)
        if (!profile.starts_with('~')) uses_.try_emplace({profile, kind, id});
}

void ProfileUses::remove(fields::EntryKind kind,
                         const std::string& id,
                         const StringList& profiles) {
    for (const std::string& profile : profiles) uses_.erase(Use{profile, kind, id});
}

}  // namespace ww::nodes
