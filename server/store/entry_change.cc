// SPDX-License-Identifier: BSD-3-Clause
#include "store/entry_change.h"

namespace ww::store {

std::vector<EntryChange> changed_entries(const std::vector<EntryTexts::Row>& before,
                                         const std::vector<EntryTexts::Row>& after) {
    using Row = EntryTexts::Row;
    std::vector<EntryChange> out;
    const auto id = [](const Row& row) { return EntryId{row.kind, std::string(row.name)}; };
    const auto text = [](const Row& row) { return std::string(row.text); };
    auto a = before.begin();
    auto b = after.begin();
    while (a != before.end() || b != after.end()) {
        if (b == after.end() || (a != before.end() && row_less(*a, *b))) {
            out.push_back({id(*a), text(*a), std::nullopt});
            ++a;
        } else if (a == before.end() || row_less(*b, *a)) {
            out.push_back({id(*b), std::nullopt, text(*b)});
            ++b;
        } else {
            if (a->text != b->text) out.push_back({id(*a), text(*a), text(*b)});
            ++a;
            ++b;
        }
    }
    return out;
}

}  // namespace ww::store
