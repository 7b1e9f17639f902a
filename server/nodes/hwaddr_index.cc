// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/hwaddr_index.h"

#include <algorithm>
#include <boost/container/string.hpp>
#include <functional>
#include <tuple>
#include <utility>

#include "base/prefetch.h"

namespace ww::nodes {

struct HwaddrIndex::Entry {
    size_t hash = 0;
    boost::container::string address;  // unlike std::string's, its 22 bytes in place hold one
    NodePointer node;

    // By address, cluster name, id.
    bool operator<(const Entry& other) const {
        const auto rank = [](const Entry& entry) {
            return std::tie(entry.address, entry.node->cluster_name, entry.node->id);
        };
        return rank(*this) < rank(other);
    }
};

size_t HwaddrIndex::hash_of(std::string_view address) {
    return std::hash<std::string_view>()(address);
}

std::vector<HwaddrIndex::Entry> HwaddrIndex::contents(const Bucket& bucket) {
    return {bucket.entries.get(), bucket.entries.get() + bucket.size};
}

HwaddrIndex::Bucket HwaddrIndex::bucket_with(std::vector<Entry> entries) {
    if (entries.empty()) return {};
    const auto made = std::make_shared<Entry[]>(entries.size());
    std::move(entries.begin(), entries.end(), made.get());
    return {made, entries.size()};
}

void HwaddrIndex::add(std::string_view address, const NodePointer& node) {
    const size_t hash = hash_of(address);
    Bucket& bucket = buckets_[hash % kBuckets];
    std::vector<Entry> entries = contents(bucket);
    Entry entry{hash, {address.data(), address.size()}, node};
    // A device that repeats an address of its node adds nothing.
    const auto at = std::lower_bound(entries.begin(), entries.end(), entry);
    if (at != entries.end() && !(entry < *at)) return;
    entries.insert(at, std::move(entry));
    bucket = bucket_with(std::move(entries));
}

void HwaddrIndex::remove(std::string_view address, const NodePointer& node) {
    Bucket& bucket = buckets_[hash_of(address) % kBuckets];
    std::vector<Entry> entries = contents(bucket);
    const size_t removed = std::erase_if(entries, [&](const Entry& entry) {
        return std::string_view(entry.address) == address && entry.node == node;
    });
    if (removed > 0) bucket = bucket_with(std::move(entries));
}

const Node* HwaddrIndex::find(std::string_view address) const {
    const size_t hash = hash_of(address);
    return find_in(buckets_[hash % kBuckets], hash, address);
}

std::vector<const Node*> HwaddrIndex::find(std::span<const std::string_view> addresses) const {
    std::vector<size_t> hashes;
    hashes.reserve(addresses.size());
    for (const std::string_view address : addresses) {
        hashes.push_back(hash_of(address));
        const Bucket& bucket = buckets_[hashes.back() % kBuckets];
        const Entry* const entries = bucket.entries.get();
        for (size_t i = 0; i < bucket.size; ++i) prefetch(&entries[i]);
    }
    std::vector<const Node*> found;
    found.reserve(addresses.size());
    for (size_t i = 0; i < addresses.size(); ++i)
        found.push_back(find_in(buckets_[hashes[i] % kBuckets], hashes[i], addresses[i]));
    return found;
}

const Node* HwaddrIndex::find_in(const Bucket& bucket, size_t hash, std::string_view address) {
    const Node* last = nullptr;
    const Entry* const entries = bucket.entries.get();
    for (size_t i = 0; i < bucket.size; ++i) {
        const Entry& entry = entries[i];
        if (entry.hash == hash && std::string_view(entry.address) == address)
            last = entry.node.get();
    }
    return last;
}

std::vector<const Node*> HwaddrIndex::all(std::string_view address) const {
    const Bucket& bucket = buckets_[hash_of(address) % kBuckets];
    std::vector<const Node*> nodes;
    for (size_t i = 0; i < bucket.size; ++i) {
        const Entry& entry = bucket.entries.get()[i];
        if (std::string_view(entry.address) == address) nodes.push_back(entry.node.get());
    }
    return nodes;
}

}  // namespace ww::nodes
