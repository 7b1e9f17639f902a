// SPDX-License-Identifier: BSD-3-Clause
//
// SharedMap: a sorted map whose copies share everything that is equal. Copying costs a pointer for
// every few dozen entries, a change costs one short run of pointers; entries themselves are never
// moved or copied unless they are edited. Reads like std::map; writing through an iterator is not
// possible, `map[key]` gives an entry that nobody else sees.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

namespace ww::nodes {

/// Of one object like any container: many readers, or one writer. Copies are independent and may be
/// used on other threads. `Less` orders keys and whatever is looked up.
template <class Key, class Value, class Less = std::less<>>
class SharedMap {
   public:
    using key_type = Key;
    using mapped_type = Value;
    using value_type = std::pair<const Key, Value>;
    /// An entry as it is shared; equal pointers are equal entries.
    using Item = std::shared_ptr<const value_type>;

   private:
    static constexpr size_t kMaxRun = 64;
    using Run = std::vector<Item>;  // never empty

   public:
    class const_iterator {
       public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = SharedMap::value_type;
        using difference_type = std::ptrdiff_t;
        using pointer = const value_type*;
        using reference = const value_type&;

        const_iterator() = default;
        reference operator*() const { return *item(); }
        pointer operator->() const { return item().get(); }
        const Item& item() const { return (**run_)[at_]; }
        const_iterator& operator++() {
            if (++at_ == (*run_)->size()) {
                ++run_;
                at_ = 0;
            }
            return *this;
        }
        const_iterator operator++(int) {
            const_iterator old = *this;
            ++*this;
            return old;
        }
        bool operator==(const const_iterator&) const = default;

       private:
        friend class SharedMap;
        using RunPointer = const std::shared_ptr<Run>*;
        const_iterator(RunPointer run, size_t at) : run_(run), at_(at) {}
        RunPointer run_ = nullptr;
        size_t at_ = 0;
    };
    using iterator = const_iterator;

    size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    const_iterator begin() const { return {runs_.data(), 0}; }
    const_iterator end() const { return {runs_.data() + runs_.size(), 0}; }

    /// The first entry whose key is not less than `key`.
    template <class Q>
    const_iterator lower_bound(const Q& key) const {
        const size_t run = run_of(key);
        if (run == runs_.size()) return end();
        return {runs_.data() + run, place_in(*runs_[run], key)};
    }
    template <class Q>
    const_iterator find(const Q& key) const {
        const const_iterator found = lower_bound(key);
        return found == end() || less_(key, found->first) ? end() : found;
    }
    template <class Q>
    bool contains(const Q& key) const {
        return find(key) != end();
    }
    template <class Q>
    size_t count(const Q& key) const {
        return contains(key) ? 1 : 0;
    }
    /// `key` must be there.
    template <class Q>
    const Value& at(const Q& key) const {
        return find(key)->second;
    }

    /// Does nothing if the key is there already.
    template <class... Args>
    std::pair<const_iterator, bool> try_emplace(const Key& key, Args&&... value) {
        if (const const_iterator found = find(key); found != end()) return {found, false};
        return {put(std::make_shared<const value_type>(
                    std::piecewise_construct,
                    std::forward_as_tuple(key),
                    std::forward_as_tuple(std::forward<Args>(value)...))),
                true};
    }
    template <class V>
    std::pair<const_iterator, bool> emplace(const Key& key, V&& value) {
        return try_emplace(key, std::forward<V>(value));
    }
    /// Puts the entry in, in place of one with the same key.
    const_iterator put(Item item) {
        size_t run = run_of(item->first);
        // What comes behind everything goes on in the last run, so that sorted input fills it.
        if (run == runs_.size() && run > 0) --run;
        if (runs_.empty()) runs_.push_back(std::make_shared<Run>());
        size_t at = place_in(*runs_[run], item->first);
        Run& own = own_run(run);
        if (at < own.size() && !less_(item->first, own[at]->first)) {
            own[at] = std::move(item);
            return {runs_.data() + run, at};
        }
        own.insert(own.begin() + static_cast<std::ptrdiff_t>(at), std::move(item));
        ++size_;
        if (own.size() > kMaxRun) split(run, at);
        return {runs_.data() + run, at};
    }
    /// The entry, made if it is missing, for writing: other maps do not see what is written. The
    /// reference must not be used after this map is copied or changed.
    Value& operator[](const Key& key) {
        try_emplace(key);
        const size_t run = run_of(key);
        const size_t at = place_in(*runs_[run], key);
        return own_value(own_run(run)[at]);
    }

    /// Calls edit(key, value) for every entry; the values are for writing, as those of `map[key]`.
    template <class Edit>
    void edit_each(Edit&& edit) {
        for (size_t run = 0; run < runs_.size(); ++run)
            for (Item& item : own_run(run)) edit(item->first, own_value(item));
    }

    template <class Q>
    size_t erase(const Q& key) {
        const size_t run = run_of(key);
        if (run == runs_.size()) return 0;
        const size_t at = place_in(*runs_[run], key);
        if (at == runs_[run]->size() || less_(key, (*runs_[run])[at]->first)) return 0;
        Run& own = own_run(run);
        own.erase(own.begin() + static_cast<std::ptrdiff_t>(at));
        if (own.empty()) runs_.erase(runs_.begin() + static_cast<std::ptrdiff_t>(run));
        --size_;
        return 1;
    }
    void clear() {
        runs_.clear();
        size_ = 0;
    }

    bool operator==(const SharedMap& other) const {
        if (size_ != other.size_) return false;
        const_iterator b = other.begin();
        for (const_iterator a = begin(); a != end(); ++a, ++b)
            if (a.item() != b.item() && *a != *b) return false;
        return true;
    }

    /// Calls visit(before, after) for every key whose entry is not the same shared one, in order;
    /// nullptr stands for none. Entries that are equal but not shared are visited too.
    template <class Visit>
    static void compare(const SharedMap& before, const SharedMap& after, Visit&& visit) {
        const Less less{};
        const_iterator a = before.begin();
        const_iterator b = after.begin();
        while (a != before.end() || b != after.end()) {
            if (a != before.end() && b != after.end()) {
                if (a.at_ == 0 && b.at_ == 0 && *a.run_ == *b.run_) {
                    ++a.run_;
                    ++b.run_;
                    continue;
                }
                if (a.item() == b.item()) {
                    ++a;
                    ++b;
                    continue;
                }
            }
            const bool from_a =
                a != before.end() && (b == after.end() || !less(b->first, a->first));
            const bool from_b =
                b != after.end() && (a == before.end() || !less(a->first, b->first));
            visit(from_a ? a.item() : Item(), from_b ? b.item() : Item());
            if (from_a) ++a;
            if (from_b) ++b;
        }
    }

   private:
    // The run that holds `key` or would; that behind the last if all keys are less.
    template <class Q>
    size_t run_of(const Q& key) const {
        const auto found =
            std::partition_point(runs_.begin(), runs_.end(), [&](const std::shared_ptr<Run>& run) {
                return less_(run->back()->first, key);
            });
        return static_cast<size_t>(found - runs_.begin());
    }
    template <class Q>
    size_t place_in(const Run& run, const Q& key) const {
        const auto found = std::partition_point(
            run.begin(), run.end(), [&](const Item& item) { return less_(item->first, key); });
        return static_cast<size_t>(found - run.begin());
    }
    Run& own_run(size_t run) {
        if (runs_[run].use_count() > 1) runs_[run] = std::make_shared<Run>(*runs_[run]);
        return *runs_[run];
    }
    static Value& own_value(Item& item) {
        if (item.use_count() > 1) item = std::make_shared<const value_type>(*item);
        return const_cast<Value&>(item->second);
    }
    // Sorted input keeps runs full; `run` and `at` go on naming the item that came in last.
    void split(size_t& run, size_t& at) {
        Run& full = *runs_[run];
        const size_t half = at + 1 == full.size() ? at : full.size() / 2;
        const auto middle = full.begin() + static_cast<std::ptrdiff_t>(half);
        auto upper = std::make_shared<Run>(std::make_move_iterator(middle),
                                           std::make_move_iterator(full.end()));
        full.erase(middle, full.end());
        runs_.insert(runs_.begin() + static_cast<std::ptrdiff_t>(run) + 1, std::move(upper));
        if (at < half) return;
        at -= half;
        ++run;
    }
    std::vector<std::shared_ptr<Run>> runs_;
    size_t size_ = 0;
    [[no_unique_address]] Less less_;
};

}  // namespace ww::nodes
