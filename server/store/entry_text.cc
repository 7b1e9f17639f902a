// SPDX-License-Identifier: BSD-3-Clause
#include "store/entry_text.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "nodes/emit.h"
#include "nodes/reader.h"
#include "store/outline.h"

namespace ww::store {

namespace {

using fields::EntryKind;
using Row = EntryTexts::Row;

std::vector<Row> rows_of(std::string_view text,
                         EntryKind kind,
                         const std::optional<OutlineSection>& section) {
    std::vector<Row> rows;
    if (!section) return rows;
    rows.reserve(section->entries.size());
    for (const OutlineEntry& entry : section->entries) {
        const size_t begin = entry.block.begin;
        rows.push_back({kind, entry.key, text.substr(begin, entry.own_end - begin)});
    }
    return rows;
}

std::string written(const std::string& name, const nodes::Node& node) {
    return nodes::emit_nodes({{name, node}}, 2);
}
std::string written(const std::string& name, const nodes::Profile& profile) {
    return nodes::emit_profiles({{name, profile}}, 2);
}

bool reads_as(const Row& row, const nodes::Node& node) {
    const auto read = read_node_text({row.kind, std::string(row.name)}, row.text);
    return read && *read == node;
}
bool reads_as(const Row& row, const nodes::Profile& profile) {
    const auto read = read_profile_text({row.kind, std::string(row.name)}, row.text);
    return read && *read == profile;
}

// An anchor elsewhere may be part of what the entry means. Not find_first_of(): it takes characters
// one by one, and this looks at the whole file.
bool may_lean_on_others(std::string_view text) {
    constexpr auto kNone = std::string_view::npos;
    return text.find('*') != kNone || text.find('&') != kNone || text.find("<<") != kNone;
}

template <class Map>
Result<typename Map::mapped_type> only_entry(Result<Map> read, const EntryId& id) {
    if (!read) return read.error();
    const auto found = read->find(id.name);
    if (read->size() != 1 || found == read->end())
        return Error(ErrorCode::Unprocessable, "not the text of " + id.name);
    return found->second;
}

}  // namespace

Row row_of(const SourceFile& file, const SourceFile::Block& block) {
    return {block.entry->kind(), block.entry->id(), file.own_text_of(block)};
}

bool row_less(const Row& a, const Row& b) {
    return std::tie(a.kind, a.name) < std::tie(b.kind, b.name);
}

EntryTexts::EntryTexts(const SourceFile& file) {
    if (file.layout() != nullptr)
        add_blocks(file);
    else
        add_whole(file);
}

// Each block was read as its entry without help of the others.
void EntryTexts::add_blocks(const SourceFile& file) {
    const SourceFile::Layout& layout = *file.layout();
    rows_.reserve(layout.profiles.blocks.size() + layout.nodes.blocks.size());
    for (const SourceFile::Section* section : {&layout.profiles, &layout.nodes})
        for (const SourceFile::Block& block : section->blocks) rows_.push_back(row_of(file, block));
    if (!std::is_sorted(rows_.begin(), rows_.end(), row_less))
        std::sort(rows_.begin(), rows_.end(), row_less);
}

void EntryTexts::add_whole(const SourceFile& file) {
    const std::string& text = file.text();
    const nodes::Registry& registry = file.registry();
    const Outline outline = outline_of(text);
    add_section(
        EntryKind::Profile, rows_of(text, EntryKind::Profile, outline.profiles), registry.profiles);
    add_section(EntryKind::Node, rows_of(text, EntryKind::Node, outline.nodes), registry.nodes);
}

template <class Entries>
void EntryTexts::add_section(EntryKind kind, std::vector<Row> found, const Entries& entries) {
    std::sort(found.begin(), found.end(), row_less);
    const bool all_there =
        std::equal(found.begin(),
                   found.end(),
                   entries.begin(),
                   entries.end(),
                   [](const Row& row, const auto& entry) { return row.name == entry.first; });
    auto row = found.begin();
    for (const auto& [name, entry] : entries) {
        const Row* here = all_there ? &*row++ : nullptr;
        if (here != nullptr && (!may_lean_on_others(here->text) || reads_as(*here, entry))) {
            rows_.push_back(*here);
            continue;
        }
        std::string& own = written_.emplace_back(written(name, entry));
        if (own.ends_with('\n')) own.pop_back();
        rows_.push_back({kind, name, own});
    }
}

const Row* EntryTexts::find(const EntryId& id) const {
    const Row wanted{id.kind, id.name, {}};
    const auto at = std::lower_bound(rows_.begin(), rows_.end(), wanted, row_less);
    if (at == rows_.end() || row_less(wanted, *at)) return nullptr;
    return &*at;
}

Result<nodes::Node> read_node_text(const EntryId& id, std::string_view text) {
    std::vector<yaml::Warning> unused;
    return only_entry(nodes::read_node_map(std::string(text) + "\n", id.name, unused), id);
}

Result<nodes::Profile> read_profile_text(const EntryId& id, std::string_view text) {
    std::vector<yaml::Warning> unused;
    return only_entry(nodes::read_profile_map(std::string(text) + "\n", id.name, unused), id);
}

}  // namespace ww::store
