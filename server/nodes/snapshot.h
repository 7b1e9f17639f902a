// SPDX-License-Identifier: BSD-3-Clause
//
// Snapshot: everything nodes.conf says at one moment, merged, ordered and indexed. Immutable and
// shared: a reader keeps its std::shared_ptr for a whole request and never sees half an update.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/net.h"
#include "base/result.h"
#include "nodes/node.h"
#include "nodes/node_list.h"
#include "yaml/problems.h"

namespace ww::nodes {

class Snapshot {
   public:
    /// Merges and indexes. What is unchanged since `previous`, if it is given, is shared with it:
    /// only nodes whose own entry or one of whose profiles changed are merged again; the result is
    /// the same as without. Errors: Unprocessable (a resource of a node cannot be merged with its
    /// profile's; all such nodes are named).
    static Result<std::shared_ptr<const Snapshot>> build(Registry raw,
                                                         std::vector<yaml::Warning> warnings,
                                                         uint64_t generation,
                                                         const Snapshot* previous = nullptr);
    /// No nodes, no profiles.
    static std::shared_ptr<const Snapshot> empty();

    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;
    ~Snapshot();

    /// Counts up with every published change within one process.
    uint64_t generation() const;

    /// Merged nodes by (cluster name, id), byte order. The list lives as long as the snapshot.
    NodeList nodes() const;
    /// nullptr if there is none.
    const Node* find(std::string_view id) const;
    /// `normal` as ww::normal_hwaddr gives it. Discoverable nodes are not found by it; of several
    /// nodes with one address the last in order wins. Well below a microsecond.
    const Node* by_hwaddr(std::string_view normal) const;
    /// The same for several, whose memory is fetched together.
    std::vector<const Node*> by_hwaddr(std::span<const std::string_view> normal) const;
    /// By `ipaddr` or `ipaddr6` of a network device; the first in order.
    const Node* by_ip(const IpAddress& address) const;
    /// Every node that has an address, in order: of a hardware address the last one boots.
    std::vector<const Node*> all_by_hwaddr(std::string_view normal) const;
    std::vector<const Node*> all_by_ip(const IpAddress& address) const;
    /// The node discovery would take next: the first discoverable one with a network device.
    const Node* next_discoverable() const;

    /// SHA-256 (hex) over the merged node, id included; equal digests mean equal merged nodes.
    /// `node` must be one of nodes(). Computed on first use; any thread.
    const std::string& digest(const Node& node) const;
    /// Over all nodes() in order.
    const std::string& digest_all() const;

    /// As written, without inheritance.
    const Registry& raw() const;
    const std::vector<yaml::Warning>& warnings() const;

   private:
    Snapshot();
    struct Data;
    std::unique_ptr<Data> data_;
};

}  // namespace ww::nodes
