// SPDX-License-Identifier: BSD-3-Clause
#include "store/entry_text.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "nodes/emit.h"
#include "nodes/reader.h"

namespace ww::store {

namespace {

using fields::EntryKind;
using Row = EntryTexts::Row;

struct Blocks {
    std::vector<Row> profiles;
    std::vector<Row> nodes;
};

struct KeyLine {
    std::string_view key;
    std::string_view rest;  // behind the colon
};

// "n1:", "'n 1': {}". Nothing for keys that would have to be decoded.
std::optional<KeyLine> split_key(std::string_view line) {
    size_t end = std::string_view::npos;
    std::string_view key;
    if (line.starts_with('"') || line.starts_with('\'')) {
        const size_t close = line.find(line[0], 1);
        if (close == std::string_view::npos) return std::nullopt;
        key = line.substr(1, close - 1);
        if (key.find('\\') != std::string_view::npos) return std::nullopt;
        end = line.find_first_not_of(' ', close + 1);
        if (end == std::string_view::npos || line[end] != ':') return std::nullopt;
    } else {
        for (size_t at = line.find(':'); at != std::string_view::npos; at = line.find(':', at + 1))
            if (at + 1 == line.size() || line[at + 1] == ' ') {
                end = at;
                break;
            }
        if (end == std::string_view::npos) return std::nullopt;
        key = line.substr(0, line.find_last_not_of(' ', end - 1) + 1);
    }
    return KeyLine{key, line.substr(end + 1)};
}

bool is_empty_value(std::string_view rest) {
    const size_t first = rest.find_first_not_of(' ');
    return first == std::string_view::npos || rest[first] == '#';
}

// Walks the lines of a file in block style. What it finds is checked against what the file was read
// as, so that it need not understand YAML to the last corner.
class BlockScanner {
   public:
    explicit BlockScanner(std::string_view text) : text_(text) {}

    Blocks scan() {
        size_t start = 0;
        while (start < text_.size()) {
            const size_t newline = std::min(text_.find('\n', start), text_.size());
            std::string_view line = text_.substr(start, newline - start);
            if (line.ends_with('\r')) line.remove_suffix(1);
            take(line, start);
            start = newline + 1;
        }
        finish();
        return std::move(blocks_);
    }

   private:
    void take(std::string_view line, size_t start) {
        const size_t indent = line.find_first_not_of(' ');
        if (indent == std::string_view::npos) return;
        const size_t end = start + line.size();
        if (line[indent] == '#') {
            if (in_entry_ && indent > depth_) end_ = end;
        } else if (indent == 0) {
            finish();
            section_ = nullptr;
            const auto key = split_key(line);
            if (!key || !is_empty_value(key->rest)) return;
            if (key->key == "nodes") section_ = &blocks_.nodes;
            if (key->key == "nodeprofiles") section_ = &blocks_.profiles;
            depth_ = 0;
        } else if (section_ != nullptr) {
            if (depth_ == 0) depth_ = indent;
            if (indent <= depth_) begin(line.substr(indent), start);
            end_ = end;
        }
    }

    void begin(std::string_view line, size_t start) {
        finish();
        const auto key = split_key(line);
        name_ = key ? key->key : std::string_view();
        start_ = start;
        in_entry_ = true;
    }

    void finish() {
        if (!in_entry_) return;
        const EntryKind kind = section_ == &blocks_.nodes ? EntryKind::Node : EntryKind::Profile;
        section_->push_back({kind, name_, text_.substr(start_, end_ - start_)});
        in_entry_ = false;
    }

    std::string_view text_;
    Blocks blocks_;
    std::vector<Row>* section_ = nullptr;
    size_t depth_ = 0;  // of the section's keys; 0: not known yet
    bool in_entry_ = false;
    std::string_view name_;
    size_t start_ = 0;
    size_t end_ = 0;
};

bool row_less(const Row& a, const Row& b) {
    return std::tie(a.kind, a.name) < std::tie(b.kind, b.name);
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

EntryTexts::EntryTexts(std::string_view text, const nodes::Registry& registry) {
    Blocks blocks = BlockScanner(text).scan();
    add_section(EntryKind::Profile, std::move(blocks.profiles), registry.profiles);
    add_section(EntryKind::Node, std::move(blocks.nodes), registry.nodes);
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

std::vector<EntryChange> changed_entries(const EntryTexts& before, const EntryTexts& after) {
    std::vector<EntryChange> out;
    const auto id = [](const Row& row) { return EntryId{row.kind, std::string(row.name)}; };
    const auto text = [](const Row& row) { return std::string(row.text); };
    auto a = before.rows().begin();
    auto b = after.rows().begin();
    while (a != before.rows().end() || b != after.rows().end()) {
        if (b == after.rows().end() || (a != before.rows().end() && row_less(*a, *b))) {
            out.push_back({id(*a), text(*a), std::nullopt});
            ++a;
        } else if (a == before.rows().end() || row_less(*b, *a)) {
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

Result<nodes::Node> read_node_text(const EntryId& id, std::string_view text) {
    std::vector<yaml::Warning> unused;
    return only_entry(nodes::read_node_map(std::string(text) + "\n", id.name, unused), id);
}

Result<nodes::Profile> read_profile_text(const EntryId& id, std::string_view text) {
    std::vector<yaml::Warning> unused;
    return only_entry(nodes::read_profile_map(std::string(text) + "\n", id.name, unused), id);
}

std::string with_wording(std::string_view text,
                         const nodes::Registry& registry,
                         const std::vector<EntryChange>& wanted) {
    const EntryTexts here(text, registry);
    std::map<size_t, std::pair<size_t, std::string_view>> edits;  // begin -> length, wording
    const auto depth = [](std::string_view block) { return block.find_first_not_of(' '); };
    for (const EntryChange& entry : wanted) {
        const Row* row = here.find(entry.id);
        if (row == nullptr || !entry.after) continue;
        const bool in_file =
            row->text.data() >= text.data() && row->text.data() < text.data() + text.size();
        if (!in_file || depth(row->text) != depth(*entry.after)) continue;
        edits[static_cast<size_t>(row->text.data() - text.data())] = {row->text.size(),
                                                                      *entry.after};
    }
    std::string out;
    size_t done = 0;
    for (const auto& [begin, edit] : edits) {
        out += text.substr(done, begin - done);
        out += edit.second;
        done = begin + edit.first;
    }
    return out + std::string(text.substr(done));
}

}  // namespace ww::store
