// SPDX-License-Identifier: BSD-3-Clause
#include "tmpl/symbol.h"

#include <bit>
#include <deque>
#include <string>
#include <unordered_map>

#include "base/guarded.h"

namespace ww::tmpl {
namespace {

struct Names {
    std::deque<std::string> storage;  // keeps the keys' text in place
    std::unordered_map<std::string_view, Symbol> symbols;
};

}  // namespace

Symbol intern(std::string_view name) {
    static Guarded<Names>& all =
        *new Guarded<Names>;  // also used while statics are being destroyed
    return all.with([&](Names& names) {
        const auto found = names.symbols.find(name);
        if (found != names.symbols.end()) return found->second;
        const Symbol symbol{static_cast<uint32_t>(names.symbols.size() + 1)};
        names.symbols.emplace(names.storage.emplace_back(name), symbol);
        return symbol;
    });
}

SymbolIndex::SymbolIndex(const std::vector<std::string_view>& names) {
    if (names.empty()) return;
    slots_.resize(std::bit_ceil(names.size() * 2));
    for (size_t position = 0; position < names.size(); ++position) {
        const Symbol name = intern(names[position]);
        uint32_t at = hash(name);
        while (slots_[at & (slots_.size() - 1)].position >= 0 &&
               slots_[at & (slots_.size() - 1)].name != name)
            ++at;
        Slot& slot = slots_[at & (slots_.size() - 1)];
        if (slot.position < 0) slot = {name, static_cast<int>(position)};
    }
}

}  // namespace ww::tmpl
