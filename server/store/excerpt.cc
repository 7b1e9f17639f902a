// SPDX-License-Identifier: BSD-3-Clause
#include "store/excerpt.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <string_view>

#include "yaml/natural_order.h"

namespace ww::store {

namespace {

// The blocks of a section in the order in which entries are written.
class NaturalOrder {
   public:
    explicit NaturalOrder(const std::vector<SourceFile::Block>& blocks) : blocks_(blocks) {
        order_.resize(blocks.size());
        std::iota(order_.begin(), order_.end(), size_t{0});
        const auto less = [&](size_t a, size_t b) { return yaml::natural_less(id(a), id(b)); };
        if (!std::is_sorted(order_.begin(), order_.end(), less))
            std::sort(order_.begin(), order_.end(), less);
    }

    /// The last block before `id` that is not in `gone`; blocks.size() if there is none.
    size_t before(std::string_view wanted, const std::set<std::string_view>& gone) const {
        auto at = std::partition_point(order_.begin(), order_.end(), [&](size_t block) {
            return yaml::natural_less(id(block), wanted);
        });
        while (at != order_.begin())
            if (!gone.contains(id(*--at))) return *at;
        return blocks_.size();
    }

   private:
    std::string_view id(size_t block) const { return blocks_[block].entry->id(); }

    const std::vector<SourceFile::Block>& blocks_;
    std::vector<size_t> order_;
};

}  // namespace

std::optional<Excerpt> Excerpt::of(const SourceFile& file, const nodes::Registry& after) {
    const SourceFile::Layout* layout = file.layout();
    if (layout == nullptr) return std::nullopt;
    Excerpt out(file);
    const auto profiles = [&] {
        return out.add_section(
            layout->profiles, file.registry().profiles, after.profiles, &nodes::Registry::profiles);
    };
    const auto nodes = [&] {
        return out.add_section(
            layout->nodes, file.registry().nodes, after.nodes, &nodes::Registry::nodes);
    };
    const bool good = layout->profiles_first ? profiles() && nodes() : nodes() && profiles();
    if (!good) return std::nullopt;
    return out;
}

// Beside the entries that change, the section holds at least one that stays (if any does), for a
// section that loses its last entry is written differently.
template <class T>
bool Excerpt::add_section(const SourceFile::Section& section,
                          const nodes::SharedMap<std::string, T>& before,
                          const nodes::SharedMap<std::string, T>& after,
                          nodes::SharedMap<std::string, T> nodes::Registry::* entries) {
    using Item = typename nodes::SharedMap<std::string, T>::Item;
    std::set<std::string_view> touched;  // there before
    std::set<std::string_view> gone;
    std::vector<std::string_view> added;
    nodes::SharedMap<std::string, T>::compare(before, after, [&](const Item& old, const Item& now) {
        if (old && now && old->second == now->second) return;
        if (old) (before_.*entries).put(old);
        if (now) (after_.*entries).put(now);
        if (old) touched.insert(old->first);
        if (!now) gone.insert(old->first);
        if (!old) added.push_back(now->first);
    });
    const bool is_there = section.header.line > 0;
    if (!is_there) return added.empty();
    if (!added.empty()) {
        const NaturalOrder order(section.blocks);
        for (const std::string_view id : added)
            if (const size_t at = order.before(id, gone); at < section.blocks.size())
                touched.insert(section.blocks[at].entry->id());
    }
    const auto stays = std::find_if(
        section.blocks.begin(), section.blocks.end(), [&](const SourceFile::Block& block) {
            return !gone.contains(block.entry->id());
        });
    if (stays != section.blocks.end()) touched.insert(stays->entry->id());
    add_piece(section.header);
    for (const SourceFile::Block& block : section.blocks) {
        const std::string& id = block.entry->id();
        if (!touched.contains(id)) continue;
        add_piece(block.at);
        if ((before_.*entries).contains(id)) continue;
        (before_.*entries).put(before.find(id).item());
        (after_.*entries).put(before.find(id).item());
    }
    return true;
}

void Excerpt::add_piece(const OutlineBlock& block) {
    pieces_.push_back({text_.size(), block});
    text_ += file_->text_of(block);
}

// Between two pieces, an edit begins in the second and ends in the first.
size_t Excerpt::offset_in_file(size_t at, bool ends) const {
    const auto next =
        std::partition_point(pieces_.begin() + 1, pieces_.end(), [&](const Piece& piece) {
            return ends ? piece.begin < at : piece.begin <= at;
        });
    const Piece& piece = *(next - 1);
    return piece.in_file.begin + (at - piece.begin);
}

yaml::TextEdit Excerpt::in_file(yaml::TextEdit edit) const {
    const bool insertion = edit.begin == edit.end;
    const size_t end = offset_in_file(edit.end, true);
    // What is put in between two pieces belongs to what stands before it.
    edit.begin = insertion ? end : offset_in_file(edit.begin, false);
    edit.end = end;
    return edit;
}

}  // namespace ww::store
