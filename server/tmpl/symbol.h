// SPDX-License-Identifier: BSD-3-Clause
//
// Symbol: an interned name. Field, method and variable names of templates and types become symbols
// once, when they are parsed or defined, so that execution compares numbers.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace ww::tmpl {

enum class Symbol : uint32_t {};

/// The symbol of `name`; the same name gives the same symbol. Any thread; takes a lock.
Symbol intern(std::string_view name);

/// Positions by symbol: a small hash table that is filled once.
class SymbolIndex {
   public:
    SymbolIndex() = default;
    /// The position of a name is its place in `names`; of equal names the first counts.
    explicit SymbolIndex(const std::vector<std::string_view>& names);

    /// -1 if absent.
    int find(Symbol name) const {
        if (slots_.empty()) return -1;
        for (uint32_t at = hash(name);; ++at) {
            const Slot& slot = slots_[at & (slots_.size() - 1)];
            if (slot.position < 0 || slot.name == name) return slot.position;
        }
    }

   private:
    struct Slot {
        Symbol name{};
        int position = -1;
    };

    static uint32_t hash(Symbol name) { return static_cast<uint32_t>(name) * 2654435761U >> 7; }

    std::vector<Slot> slots_;  // a power of two, at most half full
};

}  // namespace ww::tmpl
