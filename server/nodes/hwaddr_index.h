// SPDX-License-Identifier: BSD-3-Clause
//
// HwaddrIndex: nodes by hardware address. A boot storm asks by it in no order, so it is a hash
// table: a lookup among ten thousand reads three or four cache lines, where a sorted map reads
// dozens. Copies share what is equal, as those of SharedMap do.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "nodes/merged_node.h"

namespace ww::nodes {

/// Of one object like any container: many readers, or one writer. Addresses are as normal_hwaddr()
/// gives them.
class HwaddrIndex {
   public:
    /// Adds or removes one pair; several nodes may have one address.
    void add(std::string_view address, const NodePointer& node);
    void remove(std::string_view address, const NodePointer& node);

    /// Of several the last by cluster name and id.
    const Node* find(std::string_view address) const;
    /// The same for several, whose memory is fetched together.
    std::vector<const Node*> find(std::span<const std::string_view> addresses) const;

    /// All that have the address, by cluster name and id.
    std::vector<const Node*> all(std::string_view address) const;

   private:
    struct Entry;
    // Sorted. Not a vector, whose entries are one cache line farther away.
    struct Bucket {
        std::shared_ptr<const Entry[]> entries;
        size_t size = 0;
    };

    // A copy costs as many pointers; a bucket has two or three entries at ten thousand nodes.
    static constexpr size_t kBuckets = 4096;

    static const Node* find_in(const Bucket& bucket, size_t hash, std::string_view address);
    static size_t hash_of(std::string_view address);
    static std::vector<Entry> contents(const Bucket& bucket);
    static Bucket bucket_with(std::vector<Entry> entries);

    std::vector<Bucket> buckets_ = std::vector<Bucket>(kBuckets);
};

}  // namespace ww::nodes
