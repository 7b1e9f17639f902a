// SPDX-License-Identifier: BSD-3-Clause
//
// How a node that nobody knows yet gets its entry.
#include "base/net.h"
#include "store/database.h"

namespace ww::store {

namespace {

const nodes::Node* acceptable(const nodes::Snapshot& snapshot, const Database::Accept& accept) {
    if (snapshot.next_discoverable() == nullptr) return nullptr;
    for (const nodes::Node& node : snapshot.nodes())
        if (node.discoverable.value() && !node.network_devices.empty() && (!accept || accept(node)))
            return &node;
    return nullptr;
}

}  // namespace

Result<Database::Claim> Database::claim_discoverable(std::string_view hwaddr,
                                                     const Accept& accept) {
    const std::string address = normal_hwaddr(hwaddr);
    const Error nobody(ErrorCode::NotFound, "no discoverable node is left for " + address);
    // Strangers are frequent: without a candidate they cost no lock and no look at the disk.
    const std::shared_ptr<const nodes::Snapshot> seen = snapshot();
    if (const nodes::Node* known = seen->by_hwaddr(address)) return Claim{seen, known, false};
    if (acceptable(*seen, accept) == nullptr) return nobody;

    std::string id;
    const auto take = [&](nodes::Registry& registry) -> Result<void> {
        const std::shared_ptr<const nodes::Snapshot> current =
            snapshot();  // what `registry` holds, merged
        if (current->by_hwaddr(address) != nullptr) return {};
        const nodes::Node* candidate = acceptable(*current, accept);
        if (candidate == nullptr) return nobody;
        id = candidate->id;
        nodes::Node& node = registry.nodes[id];
        node.network_devices[candidate->primary_network].hwaddr = address;
        node.discoverable = {};
        return {};
    };
    WW_TRY(Commit done,
           commit(take, Form::Keep, {{"discovery", -1, "", "hardware address " + address}, 0, {}}));
    const nodes::Node* node = id.empty() ? done.after->by_hwaddr(address) : done.after->find(id);
    return Claim{done.after, node, !id.empty()};
}

}  // namespace ww::store
