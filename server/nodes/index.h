// SPDX-License-Identifier: BSD-3-Clause
//
// The indexes of a snapshot: merged nodes by order, id and address, and who names which profile.
// Copies share what is equal, so that the index after an edit costs what the edit touches.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/net.h"
#include "nodes/hwaddr_index.h"
#include "nodes/merged_node.h"
#include "nodes/shared_map.h"

namespace ww::nodes {

class NodeIndex {
   public:
    void add(const NodePointer& node);
    /// `node` must be in it.
    void remove(const NodePointer& node);

    /// By (cluster name, id).
    std::vector<const Node*> in_order() const;
    NodePointer find(std::string_view id) const;
    const Node* by_hwaddr(std::string_view normal) const;
    std::vector<const Node*> by_hwaddr(std::span<const std::string_view> normal) const;
    const Node* by_ip(const IpAddress& address) const;
    const Node* first_discoverable() const;
    std::vector<const Node*> all_by_hwaddr(std::string_view normal) const {
        return by_hwaddr_.all(normal);
    }
    std::vector<const Node*> all_by_ip(const IpAddress& address) const;

   private:
    // Texts are those of the node that is the key's value.
    struct Place {
        std::string_view cluster;
        std::string_view id;
        auto operator<=>(const Place&) const = default;
    };
    struct IpKey {
        IpAddress address;
        Place place;
    };
    // Looked up by the address alone, too: then it is less than every key with that address.
    struct ByAddress {
        bool operator()(const IpKey& a, const IpKey& b) const {
            return std::tie(a.address, a.place) < std::tie(b.address, b.place);
        }
        bool operator()(const IpKey& a, const IpAddress& b) const { return a.address < b; }
    };
    static Place place_of(const Node& node) { return {node.cluster_name, node.id}; }

    SharedMap<Place, NodePointer> by_place_;
    SharedMap<std::string_view, NodePointer> by_id_;
    HwaddrIndex by_hwaddr_;
    SharedMap<IpKey, NodePointer, ByAddress> by_ip_;
    SharedMap<Place, NodePointer> discoverable_;  // those with a network device
};

/// Which raw entries name which profile in their lists; negations ("~x") name nothing.
class ProfileUses {
   public:
    void add(fields::EntryKind kind, const std::string& id, const StringList& profiles);
    void remove(fields::EntryKind kind, const std::string& id, const StringList& profiles);

    /// Calls visit(id) for every entry of this kind that names `profile`.
    template <class Visit>
    void each_user(std::string_view profile, fields::EntryKind kind, Visit&& visit) const {
        for (auto at = uses_.lower_bound(Use{std::string(profile), kind, ""});
             at != uses_.end() && at->first.profile == profile && at->first.kind == kind;
             ++at)
            visit(at->first.id);
    }

   private:
    struct Use {
        std::string profile;
        fields::EntryKind kind;
        std::string id;
        auto operator<=>(const Use&) const = default;
    };
    struct None {};
    SharedMap<Use, None> uses_;
};

}  // namespace ww::nodes
