// SPDX-License-Identifier: BSD-3-Clause
#include "yaml/tree_editor.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "yaml/map.h"
#include "yaml/writer.h"

namespace ww::yaml {

namespace {

constexpr int kDefaultIndent = 2;

bool is_scalar(const OutNode& node) { return node.kind == OutNode::Kind::Scalar; }
bool is_map(const OutNode& node) { return node.kind == OutNode::Kind::Map; }
bool is_empty(const OutNode& node) { return node.pairs.empty() && node.items.empty(); }

const OutNode& empty_map() {
    static const OutNode kEmpty = OutNode::map();
    return kEmpty;
}

OutNode empty_section() {
    OutNode out = OutNode::map();
    out.is_section = true;
    return out;
}

// Empty for a key that is not a text.
std::string_view key_text(const OutNode::Pair& pair) {
    const auto* text = pair.key.get<std::string>();
    return text == nullptr ? std::string_view() : std::string_view(*text);
}

bool has_text_keys(const OutNode& map) {
    return std::all_of(map.pairs.begin(), map.pairs.end(), [](const OutNode::Pair& pair) {
        return pair.key.get<std::string>() != nullptr;
    });
}

using ValueIndex = std::unordered_map<std::string_view, const OutNode*>;

ValueIndex index_of(const OutNode& map) {
    ValueIndex out;
    for (const OutNode::Pair& pair : map.pairs) out.emplace(key_text(pair), &pair.value);
    return out;
}

const OutNode* value_in(const ValueIndex& index, const OutNode::Pair& pair) {
    const auto found = index.find(key_text(pair));
    return found == index.end() ? nullptr : found->second;
}

// Beyond this many comparisons only the heads and tails of two lists are matched.
constexpr size_t kMaxMatches = 1'000'000;

// Which items of `before` are in a longest sequence that `after` has too.
std::vector<bool> longest_common(const std::vector<OutNode>& before,
                                 const std::vector<OutNode>& after) {
    std::vector<bool> common(before.size());
    size_t head = 0;
    size_t rows = before.size();
    size_t columns = after.size();
    while (head < rows && head < columns && before[head] == after[head]) common[head++] = true;
    while (rows > head && columns > head && before[rows - 1] == after[columns - 1]) {
        common[--rows] = true;
        --columns;
    }
    const size_t width = columns - head + 1;
    if ((rows - head) * width > kMaxMatches) return common;
    std::vector<uint32_t> length((rows - head + 1) * width);  // of what is left of both
    const auto at = [&](size_t i, size_t j) -> uint32_t& {
        return length[(i - head) * width + (j - head)];
    };
    for (size_t i = rows; i-- > head;)
        for (size_t j = columns; j-- > head;)
            at(i, j) =
                before[i] == after[j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
    for (size_t i = head, j = head; i < rows && j < columns;) {
        if (before[i] == after[j]) {
            common[i++] = true;
            ++j;
        } else if (at(i + 1, j) >= at(i, j + 1)) {
            ++i;
        } else {
            ++j;
        }
    }
    return common;
}

int indent_of(const Document& document) {
    const Node* root = document.root();
    if (root == nullptr || root->kind != Node::Kind::Map) return kDefaultIndent;
    for (size_t i = 1; i < root->items.size(); i += 2) {
        const Node& value = *root->items[i];
        const int indent = static_cast<int>(value.column) - 1;
        const bool block = value.kind == Node::Kind::Map && value.style == Node::Style::Block;
        if (block && indent >= 2 && indent <= 8) return indent;
    }
    return kDefaultIndent;
}

}  // namespace

class TreeEditor::KeyIndex {
   public:
    explicit KeyIndex(const Node& map) {
        for (size_t i = 0; i < map.items.size(); i += 2)
            places_.emplace(map.items[i]->text, Place{map.items[i], map.items[i + 1]});
    }
    Place find(const OutNode::Pair& pair) const {
        const auto found = places_.find(key_text(pair));
        return found == places_.end() ? Place{} : found->second;
    }

   private:
    std::unordered_map<std::string_view, Place> places_;
};

TreeEditor::TreeEditor(std::string_view text, const Document& document)
    : text_(text), document_(document), lines_(text), indent_(indent_of(document)) {}

bool TreeEditor::edit(const OutNode& before, const OutNode& after) {
    const Node* root = document_.root();
    if (root != nullptr && edit_map(*root, before, after, 0)) return true;
    edits_.clear();
    return false;
}

bool TreeEditor::is_editable_below(std::string_view root_key) const {
    const Node* root = document_.root();
    if (root == nullptr || !is_editable(*root)) return false;
    for (size_t i = 0; i < root->items.size(); i += 2)
        if (root->items[i]->text == root_key) return is_editable(*root->items[i + 1]);
    return false;
}

OutNode TreeEditor::with_unknown(OutNode now, const OutNode& before, const Node& node) const {
    const Node& map = node.resolved();
    if (!is_map(now) || map.kind != Node::Kind::Map) return now;
    Problems none;  // the document was read without any
    const auto entries = map_entries(document_, map, none);
    if (!entries) return now;
    const ValueIndex old_values = index_of(before);
    std::unordered_map<std::string, size_t> mine;
    for (size_t i = 0; i < now.pairs.size(); ++i) mine.emplace(key_text(now.pairs[i]), i);
    for (const MapEntry& entry : *entries) {
        const auto old_value = old_values.find(entry.key->text);
        if (const auto same = mine.find(std::string(entry.key->text)); same != mine.end()) {
            const OutNode& inner = old_value == old_values.end() ? empty_map() : *old_value->second;
            OutNode& value = now.pairs[same->second].value;
            value = with_unknown(std::move(value), inner, *entry.value);
        } else if (old_value == old_values.end()) {
            now.pairs.push_back({to_value(document_, *entry.key, none),
                                 out_tree(to_value(document_, *entry.value, none))});
        } else if (old_value->second->is_section) {
            OutNode rest = with_unknown(empty_section(), *old_value->second, *entry.value);
            if (!is_empty(rest))
                now.pairs.push_back({std::string(entry.key->text), std::move(rest)});
        }
    }
    return now;
}

// A block map every key of which has a line for itself.
bool TreeEditor::is_editable(const Node& map) const {
    if (map.kind != Node::Kind::Map || map.style != Node::Style::Block) return false;
    for (size_t i = 0; i < map.items.size(); i += 2) {
        const Node& key = *map.items[i];
        if (key.kind != Node::Kind::Scalar || key.end_line != key.line) return false;
        if (lines_.indent(key.line) != key.column - 1) return false;
    }
    return true;
}

// The last line with a part of a value. The parser counts the blank lines below a block scalar,
// which are its own only as far as they are in its text.
uint32_t TreeEditor::last_line(const Node& node) const {
    const bool is_block = node.style == Node::Style::Literal || node.style == Node::Style::Folded;
    if (is_block) {
        const size_t content = node.text.find_last_not_of('\n') + 1;
        const size_t breaks = node.text.size() - content;
        uint32_t line = node.end_line;
        while (line > node.line && lines_.is_blank(line)) --line;
        const auto kept = static_cast<uint32_t>(breaks > 1 ? breaks - 1 : 0);
        return std::min(line + kept, node.end_line);
    }
    uint32_t last = node.items.empty() ? node.end_line : node.line;
    for (const Node* item : node.items.last(std::min<size_t>(2, node.items.size())))
        last = std::max(last, last_line(*item));
    return node.style == Node::Style::Flow ? node.end_line : last;
}

// The last line of a pair, with the comments below that are indented deeper than its key.
uint32_t TreeEditor::end_with_comments(const Place& pair) const {
    uint32_t end = std::max(pair.key->end_line, last_line(*pair.value));
    for (uint32_t line = end + 1; line <= lines_.count(); ++line) {
        if (lines_.is_blank(line)) continue;
        if (!lines_.is_comment(line) || lines_.indent(line) < pair.key->column) break;
        end = line;
    }
    return end;
}

std::string TreeEditor::written(const OutNode::Pair& pair, uint32_t column) const {
    std::string out;
    write_pair(out, pair, static_cast<int>(column) - 1, indent_);
    return out;
}

void TreeEditor::replace_lines(uint32_t first, uint32_t last, std::string text) {
    edits_.push_back({lines_.start(first), lines_.start(last + 1), std::move(text)});
}

// `parent_line`: that of the key whose value the map is, 0 for the root.
bool TreeEditor::edit_map(const Node& map,
                          const OutNode& before,
                          const OutNode& after,
                          uint32_t parent_line) {
    if (!is_editable(map) || !has_text_keys(before) || !has_text_keys(after)) return false;
    const KeyIndex places(map);
    const ValueIndex old_values = index_of(before);
    const ValueIndex new_values = index_of(after);
    for (const OutNode::Pair& pair : before.pairs) {
        if (value_in(new_values, pair) != nullptr) continue;
        const Place at = places.find(pair);
        if (at.key == nullptr) return false;  // merged in from elsewhere
        remove(at, pair);
    }
    Place previous;
    for (const OutNode::Pair& pair : after.pairs) {
        const Place at = places.find(pair);
        const OutNode* old_value = value_in(old_values, pair);
        const bool changed = old_value == nullptr || *old_value != pair.value;
        if (at.key != nullptr) {
            if (changed) replace(at, old_value, pair);
            previous = at;
        } else if (changed) {
            const size_t first = lines_.start(parent_line == 0 ? map.line : parent_line + 1);
            const size_t place =
                previous.key == nullptr ? first : lines_.start(end_with_comments(previous) + 1);
            edits_.push_back({place, place, written(pair, map.column)});
        }
    }
    return true;
}

// A section goes because its fields do; a key in it that nobody knows keeps it there.
void TreeEditor::remove(const Place& at, const OutNode::Pair& pair) {
    if (pair.value.is_section && !is_empty(with_unknown(empty_section(), pair.value, *at.value)))
        replace(at, &pair.value, {pair.key, empty_section()});
    else
        replace_lines(at.key->line, end_with_comments(at), "");
}

void TreeEditor::replace(const Place& at, const OutNode* before, const OutNode::Pair& after) {
    if (before != nullptr &&
        (replace_scalar(at, *before, after.value) || replace_in_list(at, *before, after.value) ||
         replace_in_map(at, *before, after.value)))
        return;
    if (fill_empty(at, after.value)) return;
    replace_value(at,
                  with_unknown(after.value, before == nullptr ? empty_map() : *before, *at.value));
}

// Everything behind the key's colon, the comment on its line aside.
void TreeEditor::replace_value(const Place& at, const OutNode& value) {
    const uint32_t end = std::max(at.key->end_line, last_line(*at.value));
    const size_t colon = text_.find(':', lines_.offset(at.key->line, at.key->end_column));
    const std::string whole = written({"k", value}, at.key->column);
    const size_t head = whole.find(':') + 1;
    const size_t line_end = whole.find('\n');
    const size_t start = lines_.start(at.key->line);
    std::string text(text_.substr(start, colon + 1 - start));
    text += whole.substr(head, line_end - head);
    text += comment_beside(at, colon);
    text += whole.substr(line_end);
    replace_lines(at.key->line, end, std::move(text));
}

// The comment on the line of a key or behind the end of its value, with the spaces before it.
std::string_view TreeEditor::comment_beside(const Place& at, size_t colon) const {
    const auto comment_from = [&](size_t begin, uint32_t line) -> std::string_view {
        const size_t end = lines_.start(line) + lines_.line(line).size();
        const std::string_view rest = text_.substr(begin, end - begin);
        const size_t first = rest.find_first_not_of(" \t");
        const bool comment = first != std::string_view::npos && first > 0 && rest[first] == '#';
        return comment ? rest : std::string_view();
    };
    const Node& value = *at.value;
    if (value.line > at.key->line) return comment_from(colon + 1, at.key->line);
    if (value.end_column == 0) return {};  // of a block scalar
    return comment_from(lines_.offset(value.end_line, value.end_column), value.end_line);
}

// A value on the line of its key is replaced alone; what follows it on the line stays.
bool TreeEditor::replace_scalar(const Place& at, const OutNode& before, const OutNode& after) {
    const Node& value = *at.value;
    if (!is_scalar(before) || !is_scalar(after) || value.kind != Node::Kind::Scalar) return false;
    if (value.line != at.key->line || value.line != value.end_line ||
        value.end_column <= value.column)
        return false;
    if (!value.anchor.empty() || !value.tag.empty()) return false;
    constexpr std::string_view kKey = "k: ";
    const std::string line = written({"k", after}, 1);
    if (line.find('\n') != line.size() - 1) return false;
    edits_.push_back({lines_.offset(value.line, value.column),
                      lines_.offset(value.line, value.end_column),
                      line.substr(kKey.size(), line.size() - kKey.size() - 1)});
    return true;
}

// Items that stay keep their lines.
bool TreeEditor::replace_in_list(const Place& at, const OutNode& before, const OutNode& after) {
    const Node& list = *at.value;
    if (list.kind != Node::Kind::List || list.style != Node::Style::Block) return false;
    if (list.items.size() != before.items.size() || after.items.empty() ||
        list.line == at.key->line)
        return false;
    for (const Node* item : list.items)
        if (lines_.indent(item->line) != list.column - 1) return false;
    const std::vector<bool> stays = longest_common(before.items, after.items);
    size_t next = 0;  // in `after`
    uint32_t place = list.items[0]->line;
    const auto put_until = [&](size_t end) {
        std::string lines;
        for (; next < end; ++next)
            write_item(lines, after.items[next], static_cast<int>(list.column) - 1, indent_);
        if (!lines.empty())
            edits_.push_back({lines_.start(place), lines_.start(place), std::move(lines)});
    };
    for (size_t i = 0; i < before.items.size(); ++i) {
        const Node& item = *list.items[i];
        if (!stays[i]) {
            replace_lines(item.line, last_line(item), "");
            continue;
        }
        size_t same = next;
        while (after.items[same] != before.items[i]) ++same;
        put_until(same);
        ++next;
        place = last_line(item) + 1;
    }
    put_until(after.items.size());
    return true;
}

bool TreeEditor::replace_in_map(const Place& at, const OutNode& before, const OutNode& after) {
    if (!is_map(before) || !is_map(after) || at.value->line == at.key->line) return false;
    const size_t edits = edits_.size();
    if (!edit_map(*at.value, before, after, at.key->line)) {
        edits_.resize(edits);
        return false;
    }
    // A map that loses its last key is written {}; comments in it stay where they are.
    if (after.pairs.empty() && is_empty(with_unknown(after, before, *at.value))) {
        const size_t colon = text_.find(':', lines_.offset(at.key->line, at.key->end_column));
        edits_.push_back({colon + 1, colon + 1, " {}"});
    }
    return true;
}

// "key:" without a value: lines go below it, and what follows the colon stays.
bool TreeEditor::fill_empty(const Place& at, const OutNode& after) {
    const Node& value = *at.value;
    const bool bare = value.kind == Node::Kind::Scalar && value.style == Node::Style::Plain &&
                      value.text.empty() && value.anchor.empty() && value.tag.empty();
    if (!bare || is_empty(after)) return false;
    const std::string lines = written({"k", after}, at.key->column);
    const size_t place = lines_.start(at.key->line + 1);
    edits_.push_back({place, place, lines.substr(lines.find('\n') + 1)});
    return true;
}

}  // namespace ww::yaml
