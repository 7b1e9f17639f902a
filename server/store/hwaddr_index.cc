// SPDX-License-Identifier: BSD-3-Clause
#include "store/hwaddr_index.h"

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

namespace ww::store {

bool HwaddrIndex::Entry::operator<(const Entry& other) const {
    const auto rank = [](const Entry& entry) {
        return std::tie(entry.address, entry.node->cluster_name, entry.node->id);
    };
    return rank(*this) < rank(other);
}

size_t HwaddrIndex::hash_of(std::string_view address) {
    return std::hash<std::string_view>()(address);
}

void HwaddrIndex::add(std::string address, const NodePointer& node) {
    const size_t hash = hash_of(address);
    auto& bucket = buckets_[hash % kBuckets];
    Bucket entries = bucket ? *bucket : Bucket();
    Entry entry{hash, std::move(address), node};
    // A device that repeats an address of its node adds nothing.
    const auto at = std::lower_bound(entries.begin(), entries.end(), entry);
    if (at != entries.end() && !(entry < *at)) return;
    entries.insert(at, std::move(entry));
    bucket = std::make_shared<const Bucket>(std::move(entries));
}

void HwaddrIndex::remove(std::string_view address, const NodePointer& node) {
    auto& bucket = buckets_[hash_of(address) % kBuckets];
    if (!bucket) return;
    Bucket entries = *bucket;
    std::erase_if(entries, [&](const Entry& entry) {
        return entry.address == address && entry.node == node;
    });
    bucket = entries.empty() ? nullptr : std::make_shared<const Bucket>(std::move(entries));
}

const Node* HwaddrIndex::find(std::string_view address) const {
    const size_t hash = hash_of(address);
    const auto& bucket = buckets_[hash % kBuckets];
    const Node* last = nullptr;
    if (bucket)
        for (const Entry& entry : *bucket)
            if (entry.hash == hash && entry.address == address) last = entry.node.get();
    return last;
}

}  // namespace ww::store
