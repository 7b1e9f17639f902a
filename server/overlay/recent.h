// SPDX-License-Identifier: BSD-3-Clause
//
// Recent: what was used lately, as much as there is room for.
#pragma once

#include <cstdint>
#include <iterator>
#include <list>
#include <map>
#include <utility>

namespace ww::overlay {

/// Not for several threads: its owner has the lock.
template <class Key, class Value>
class Recent {
   public:
    explicit Recent(uint64_t most_bytes) : most_(most_bytes) {}

    /// Null if it is not there. Valid until the next put().
    const Value* find(const Key& key) {
        const auto found = by_key_.find(key);
        if (found == by_key_.end()) return nullptr;
        kept_.splice(kept_.begin(), kept_, found->second);
        return &kept_.front().value;
    }

    /// In the place of what was there. Those used longest ago give way; one alone may be larger
    /// than the room there is.
    void put(const Key& key, Value value, uint64_t bytes) {
        if (const auto old = by_key_.find(key); old != by_key_.end()) drop(old->second);
        kept_.push_front({key, std::move(value), bytes});
        by_key_.emplace(key, kept_.begin());
        bytes_ += bytes;
        while (bytes_ > most_ && kept_.size() > 1) drop(std::prev(kept_.end()));
    }

    uint64_t bytes() const { return bytes_; }

   private:
    struct One {
        Key key;
        Value value;
        uint64_t bytes = 0;
    };
    using Kept = std::list<One>;  // the one used last comes first

    void drop(typename Kept::iterator one) {
        bytes_ -= one->bytes;
        by_key_.erase(one->key);
        kept_.erase(one);
    }

    const uint64_t most_;
    Kept kept_;
    std::map<Key, typename Kept::iterator> by_key_;
    uint64_t bytes_ = 0;
};

}  // namespace ww::overlay
