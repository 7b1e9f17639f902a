// SPDX-License-Identifier: BSD-3-Clause
#include "store/entry_change.h"

#include <algorithm>
#include <iterator>

namespace ww::store {

namespace {

using Blocks = std::vector<SourceFile::Block>;

// The rows of what stands in one of the two only, or in another order.
void add_unshared(const SourceFile& before,
                  const Blocks& old,
                  const SourceFile& after,
                  const Blocks& now,
                  std::vector<EntryTexts::Row>& rows_before,
                  std::vector<EntryTexts::Row>& rows_after) {
    const auto is_shared = [](const SourceFile::Block& a, const SourceFile::Block& b) {
        return a.entry == b.entry;
    };
    const auto [a, b] = std::mismatch(old.begin(), old.end(), now.begin(), now.end(), is_shared);
    const auto [a_end, b_end] = std::mismatch(old.rbegin(),
                                              std::make_reverse_iterator(a),
                                              now.rbegin(),
                                              std::make_reverse_iterator(b),
                                              is_shared);
    for (auto at = a; at != a_end.base(); ++at) rows_before.push_back(row_of(before, *at));
    for (auto at = b; at != b_end.base(); ++at) rows_after.push_back(row_of(after, *at));
}

}  // namespace

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

std::vector<EntryChange> changed_entries(const SourceFile& before, const SourceFile& after) {
    const SourceFile::Layout* old = before.layout();
    const SourceFile::Layout* now = after.layout();
    if (old == nullptr || now == nullptr)
        return changed_entries(EntryTexts(before).rows(), EntryTexts(after).rows());
    std::vector<EntryTexts::Row> a;
    std::vector<EntryTexts::Row> b;
    add_unshared(before, old->profiles.blocks, after, now->profiles.blocks, a, b);
    add_unshared(before, old->nodes.blocks, after, now->nodes.blocks, a, b);
    std::sort(a.begin(), a.end(), row_less);
    std::sort(b.begin(), b.end(), row_less);
    return changed_entries(a, b);
}

}  // namespace ww::store
