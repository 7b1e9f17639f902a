// SPDX-License-Identifier: BSD-3-Clause
//
// ByNode: a table of nodes that every answer writes to and lists are made of. It is in parts, each
// with a lock of its own: who goes through all of it, at leisure and behind others on a busy
// machine, holds up next to none of those who are answered meanwhile.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <string_view>
#include <utility>

#include "base/guarded.h"

namespace ww::boot {

template <class Table>
class ByNode {
   public:
    /// `work` gets the part this node's row is in, or would be. As short as Guarded::with().
    template <class Work>
    decltype(auto) with(std::string_view node, Work&& work) {
        return part_of(*this, node).with(std::forward<Work>(work));
    }
    template <class Work>
    decltype(auto) with(std::string_view node, Work&& work) const {
        return part_of(*this, node).with(std::forward<Work>(work));
    }
    /// `work` gets one part after the other.
    template <class Work>
    void with_each(const Work& work) {
        for (Part& part : parts_) part.with(work);
    }

   private:
    static constexpr size_t kParts = 64;
    static constexpr size_t kCacheLine = 64;

    struct alignas(kCacheLine) Part : Guarded<Table> {};

    template <class Self>
    static auto& part_of(Self& self, std::string_view node) {
        return self.parts_[std::hash<std::string_view>()(node) % kParts];
    }

    std::array<Part, kParts> parts_;
};

}  // namespace ww::boot
