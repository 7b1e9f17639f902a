// SPDX-License-Identifier: BSD-3-Clause
#include "store/source_file.h"

#include <algorithm>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include "nodes/reader.h"

namespace ww::store {

namespace {

template <class T, class R>
auto& entries_of(R& registry) {
    if constexpr (std::is_same_v<T, nodes::Node>)
        return registry.nodes;
    else
        return registry.profiles;
}

// Takes over the items of `previous` that are equal, so that they are known to be unchanged.
template <class T>
void share_equal(const nodes::SharedMap<std::string, T>& previous,
                 nodes::SharedMap<std::string, T>& now) {
    using Item = typename nodes::SharedMap<std::string, T>::Item;
    std::vector<Item> same;
    nodes::SharedMap<std::string, T>::compare(
        previous, now, [&](const Item& old, const Item& fresh) {
            if (old && fresh && *old == *fresh) same.push_back(old);
        });
    for (Item& item : same) now.put(std::move(item));
}

}  // namespace

// Reads a text block by block. Gives up on anything that might read differently as a whole, errors
// included: the whole text then says what is wrong, and where.
class SourceFile::BlockReader {
   public:
    BlockReader(SourceFile& file, const SourceFile* previous)
        : file_(file),
          previous_(previous != nullptr && previous->layout_ && previous->name_ == file.name_
                        ? previous
                        : nullptr) {}

    bool read(const Outline& outline) {
        const size_t first = std::min(outline.profiles ? outline.profiles->header.begin : SIZE_MAX,
                                      outline.nodes ? outline.nodes->header.begin : SIZE_MAX);
        if (!is_yaml(std::string_view(file_.text_).substr(0, first))) return false;
        if (previous_ != nullptr) file_.registry_ = previous_->registry_;
        Layout layout;
        layout.profiles_first = outline.profiles_first;
        if (!read_section<nodes::Profile>(outline.profiles, &Layout::profiles, layout))
            return false;
        if (!read_section<nodes::Node>(outline.nodes, &Layout::nodes, layout)) return false;
        if (yaml_nodes_ > yaml::kMaxExpandedNodes) return false;
        file_.layout_ = std::move(layout);
        collect_warnings();
        return true;
    }

   private:
    // What stands between the blocks is never looked at otherwise.
    bool is_yaml(std::string_view text) const {
        return has_plain_lines(text) && yaml::read(text, file_.name_).has_value();
    }

    template <class T>
    bool read_section(const std::optional<OutlineSection>& outline,
                      Section Layout::* member,
                      Layout& layout) {
        static const Section kNone;
        const Section& old = previous_ == nullptr ? kNone : (*previous_->layout_).*member;
        Section& now = layout.*member;
        if (outline) {
            if (!is_yaml(file_.text_of(outline->header))) return false;
            now.header = outline->header;
            now.blocks.reserve(outline->entries.size());
            for (const OutlineEntry& entry : outline->entries)
                now.blocks.push_back({entry.block, entry.own_end, {}});
        }
        return match<T>(old, now);
    }

    // Blocks at both ends that are the same are most of the file; those between are looked up.
    template <class T>
    bool match(const Section& old, Section& now) {
        const auto same = [&](const Block& a, const Block& b) {
            return previous_->text_of(a.at) == file_.text_of(b.at);
        };
        size_t head = 0;
        const size_t shorter = std::min(old.blocks.size(), now.blocks.size());
        while (head < shorter && same(old.blocks[head], now.blocks[head])) {
            now.blocks[head].entry = old.blocks[head].entry;
            ++head;
        }
        size_t tail = 0;
        while (tail < shorter - head && same(old.blocks[old.blocks.size() - 1 - tail],
                                             now.blocks[now.blocks.size() - 1 - tail])) {
            ++tail;
            now.blocks[now.blocks.size() - tail].entry = old.blocks[old.blocks.size() - tail].entry;
        }
        std::unordered_map<std::string_view, std::shared_ptr<const Entry>> known;
        auto& entries = entries_of<T>(file_.registry_);
        for (size_t at = head; at < old.blocks.size() - tail; ++at) {
            const Block& block = old.blocks[at];
            known.emplace(previous_->text_of(block.at), block.entry);
            entries.erase(block.entry->id());
        }
        const size_t end = now.blocks.size() - tail;
        for (size_t at = head; at < end; ++at)
            if (const auto found = known.find(file_.text_of(now.blocks[at].at));
                found != known.end())
                now.blocks[at].entry = found->second;
        size_t tried = head;  // blocks before this one have been read in one go, or cannot be
        for (size_t at = head; at < end; ++at) {
            Block& block = now.blocks[at];
            if (!block.entry && at >= tried) tried = parse_run<T>(now.blocks, at, end);
            if (!block.entry) block.entry = parse<T>(file_.text_of(block.at));
            if (!block.entry) return false;
            entries.put(share<T>(block));
        }
        for (const Block& block : now.blocks) yaml_nodes_ += block.entry->yaml_nodes;
        return entries.size() == now.blocks.size();  // else a key is there twice
    }

    // The entry's item, or the previous one if only its text changed.
    template <class T>
    typename nodes::SharedMap<std::string, T>::Item share(Block& block) const {
        using Item = typename nodes::SharedMap<std::string, T>::Item;
        const Item& item = std::get<Item>(block.entry->item);
        if (previous_ == nullptr) return item;
        const auto& before = entries_of<T>(previous_->registry_);
        const auto old = before.find(item->first);
        if (old == before.end() || old.item() == item || *old != *item) return item;
        auto entry = std::make_shared<Entry>(*block.entry);
        entry->item = old.item();
        block.entry = std::move(entry);
        return old.item();
    }

    template <class T>
    std::shared_ptr<const Entry> parse(std::string_view block) const {
        if (!has_plain_lines(block)) return nullptr;
        std::string text = std::is_same_v<T, nodes::Node> ? "nodes:\n" : "nodeprofiles:\n";
        text += block;
        auto file = nodes::read_nodes(text, file_.name_);
        if (!file || file->document.second_document()) return nullptr;
        auto& entries = entries_of<T>(file->registry);
        if (entries.size() != 1) return nullptr;
        auto entry = std::make_shared<Entry>();
        entry->item = entries.begin().item();
        entry->warnings = std::move(file->warnings);
        entry->yaml_nodes = file->document.expanded_nodes();
        for (yaml::Warning& warning : entry->warnings) warning.place.line -= 2;
        return entry;
    }

    // Reads the blocks from `first` on that are not known in one go, for starting the parser costs
    // as much as reading a block; gives where that ended. Leaves them unread if they do not stand
    // for themselves, or it is not plain that they do.
    template <class T>
    size_t parse_run(std::vector<Block>& blocks, size_t first, size_t limit) const {
        constexpr size_t kRun = 100;
        size_t end = first + 1;
        while (end < std::min(limit, first + kRun) && !blocks[end].entry) ++end;
        const size_t begin = blocks[first].at.begin;
        const std::string_view run =
            std::string_view(file_.text_).substr(begin, blocks[end - 1].at.end - begin);
        if (end - first < 2 || !has_plain_lines(run)) return end;
        std::string text = std::is_same_v<T, nodes::Node> ? "nodes:\n" : "nodeprofiles:\n";
        text += run;
        auto file = nodes::read_nodes(text, file_.name_);
        if (!file || file->document.second_document()) return end;
        const yaml::Node& map = *file->document.root()->items[1];
        if (has_alias(map) || map.items.size() != 2 * (end - first)) return end;
        auto& entries = entries_of<T>(file->registry);
        // Lines of the run's text count from 1, and its first is not of a block.
        const auto line_of = [&](size_t at) {
            return blocks[at].at.line - blocks[first].at.line + 2;
        };
        std::vector<std::shared_ptr<Entry>> made;
        for (size_t at = first; at < end; ++at) {
            const yaml::Node& key = *map.items[2 * (at - first)];
            const auto item = entries.find(key.text);
            if (key.line != line_of(at) || item == entries.end()) return end;
            made.push_back(std::make_shared<Entry>());
            made.back()->item = item.item();
            made.back()->yaml_nodes = nodes_in(key) + nodes_in(*map.items[2 * (at - first) + 1]);
        }
        size_t at = first;
        for (yaml::Warning& warning : file->warnings) {
            const auto line = static_cast<uint32_t>(warning.place.line);
            while (at + 1 < end && line >= line_of(at + 1)) ++at;
            if (line < line_of(at)) return end;
            warning.place.line -= static_cast<int>(line_of(at));
            made[at - first]->warnings.push_back(std::move(warning));
        }
        for (size_t i = 0; i < made.size(); ++i) blocks[first + i].entry = std::move(made[i]);
        return end;
    }

    static bool has_alias(const yaml::Node& node) {
        return node.kind == yaml::Node::Kind::Alias ||
               std::any_of(node.items.begin(), node.items.end(), [](const yaml::Node* item) {
                   return has_alias(*item);
               });
    }
    static uint64_t nodes_in(const yaml::Node& node) {
        uint64_t sum = 1;
        for (const yaml::Node* item : node.items) sum += nodes_in(*item);
        return sum;
    }

    void collect_warnings() {
        const Layout& layout = *file_.layout_;
        const auto collect = [&](const Section& section) {
            for (const Block& block : section.blocks)
                for (yaml::Warning warning : block.entry->warnings) {
                    warning.place.line += static_cast<int>(block.at.line);
                    file_.warnings_.push_back(std::move(warning));
                }
        };
        collect(layout.profiles_first ? layout.profiles : layout.nodes);
        collect(layout.profiles_first ? layout.nodes : layout.profiles);
    }

    SourceFile& file_;
    const SourceFile* previous_;
    uint64_t yaml_nodes_ = 0;
};

Result<std::shared_ptr<const SourceFile>> SourceFile::read(std::string text,
                                                           const std::string& name,
                                                           const SourceFile* previous) {
    auto file = std::make_shared<SourceFile>();
    file->text_ = std::move(text);
    file->name_ = name;
    const Outline outline = outline_of(file->text_);
    if (outline.is_plain && BlockReader(*file, previous).read(outline)) return file;
    return read_whole(std::move(file->text_), name, previous);
}

Result<std::shared_ptr<const SourceFile>> SourceFile::read_whole(std::string text,
                                                                 const std::string& name,
                                                                 const SourceFile* previous) {
    WW_TRY(nodes::NodesFile nodes, nodes::read_nodes(text, name));
    auto file = std::make_shared<SourceFile>();
    file->text_ = std::move(text);
    file->name_ = name;
    file->registry_ = std::move(nodes.registry);
    file->warnings_ = std::move(nodes.warnings);
    if (previous != nullptr) {
        share_equal(previous->registry_.profiles, file->registry_.profiles);
        share_equal(previous->registry_.nodes, file->registry_.nodes);
    }
    return file;
}

}  // namespace ww::store
