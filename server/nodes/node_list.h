// SPDX-License-Identifier: BSD-3-Clause
//
// NodeList: nodes in an order, seen through pointers; a view that reads like a span of nodes.
#pragma once

#include <cstddef>
#include <iterator>
#include <span>

#include "nodes/node.h"

namespace ww::nodes {

class NodeList {
   public:
    class iterator {
       public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = Node;
        using difference_type = std::ptrdiff_t;
        using pointer = const Node*;
        using reference = const Node&;

        iterator() = default;
        explicit iterator(const Node* const* at) : at_(at) {}
        reference operator*() const { return **at_; }
        pointer operator->() const { return *at_; }
        iterator& operator++() {
            ++at_;
            return *this;
        }
        iterator operator++(int) { return iterator(at_++); }
        bool operator==(const iterator&) const = default;

       private:
        const Node* const* at_ = nullptr;
    };

    NodeList() = default;
    /// The pointers must outlive the list.
    explicit NodeList(std::span<const Node* const> nodes) : nodes_(nodes) {}

    size_t size() const { return nodes_.size(); }
    bool empty() const { return nodes_.empty(); }
    const Node& operator[](size_t at) const { return *nodes_[at]; }
    iterator begin() const { return iterator(nodes_.data()); }
    iterator end() const { return iterator(nodes_.data() + nodes_.size()); }

   private:
    std::span<const Node* const> nodes_;
};

}  // namespace ww::nodes
