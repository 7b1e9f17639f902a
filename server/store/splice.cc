// SPDX-License-Identifier: BSD-3-Clause
#include "store/splice.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "store/out_tree.h"
#include "store/tree_editor.h"
#include "store/yaml_writer.h"

namespace ww::store {

namespace {

struct TreePair {
    OutNode before = OutNode::map();
    OutNode after = OutNode::map();
};

// Both sides as trees. With `whole` false, entries that are equal get a stand-in: making and
// comparing ten thousand trees for one change would take longer than everything else.
template <class T>
TreePair trees_of(const std::map<std::string, T>& before,
                  const std::map<std::string, T>& after,
                  bool whole) {
    const auto tree = [&](const auto& id, const T& entry, const std::map<std::string, T>& other) {
        const auto same = other.find(id);
        const bool equal = same != other.end() && same->second == entry;
        return equal && !whole ? OutNode() : out_tree(entry);
    };
    const auto sort = [](OutNode& map) {
        std::stable_sort(
            map.pairs.begin(), map.pairs.end(), [](const OutNode::Pair& a, const OutNode::Pair& b) {
                return written_before(a.key, b.key);
            });
    };
    TreePair out;
    for (const auto& [id, entry] : before) out.before.pairs.push_back({id, tree(id, entry, after)});
    for (const auto& [id, entry] : after) out.after.pairs.push_back({id, tree(id, entry, before)});
    sort(out.before);
    sort(out.after);
    return out;
}

template <class T>
void add_trees(TreePair& root,
               std::string_view key,
               const std::map<std::string, T>& before,
               const std::map<std::string, T>& after,
               bool whole) {
    TreePair trees = before == after && !whole ? TreePair{} : trees_of(before, after, whole);
    root.before.pairs.push_back({std::string(key), std::move(trees.before)});
    root.after.pairs.push_back({std::string(key), std::move(trees.after)});
}

// A section without content is as good as none.
OutNode comparable(OutNode tree) {
    std::erase_if(tree.pairs, [](const OutNode::Pair& pair) {
        return pair.value.is_section && pair.value.pairs.empty();
    });
    return tree;
}

template <class T>
bool reads_as(const std::map<std::string, T>& found, const std::map<std::string, T>& wanted) {
    return std::equal(
        found.begin(), found.end(), wanted.begin(), wanted.end(), [](const auto& a, const auto& b) {
            if (a.first != b.first) return false;
            return a.second == b.second ||
                   comparable(out_tree(a.second)) == comparable(out_tree(b.second));
        });
}

// The text read back, if it says what it should.
std::optional<Spliced> checked(std::string text, const std::string& name, const Registry& wanted) {
    auto file = read_nodes(text, name);
    if (!file || !reads_as(file->registry.profiles, wanted.profiles) ||
        !reads_as(file->registry.nodes, wanted.nodes))
        return std::nullopt;
    return Spliced{std::move(text), *std::move(file)};
}

// Line by line, where the layout allows it.
std::optional<std::string> edited(std::string_view text,
                                  const YamlDocument& document,
                                  const Registry& before,
                                  const Registry& after) {
    TreeEditor editor(text, document);
    TreePair root;
    add_trees(root,
              "nodeprofiles",
              before.profiles,
              after.profiles,
              !editor.is_editable_below("nodeprofiles"));
    add_trees(root, "nodes", before.nodes, after.nodes, !editor.is_editable_below("nodes"));
    if (!editor.edit(root.before, root.after)) return std::nullopt;
    return editor.result();
}

// The whole file in our own layout, unknown keys kept.
std::string rewritten(std::string_view text,
                      const YamlDocument& document,
                      const Registry& before,
                      const Registry& after) {
    const OutNode tree = out_tree(after);
    if (document.root() == nullptr) {
        // Nothing but comments: they stay on top.
        std::string out(text);
        if (!out.empty() && !out.ends_with('\n')) out += '\n';
        return out + write_yaml(tree, 2);
    }
    const TreeEditor editor(text, document);
    return write_yaml(editor.with_unknown(tree, out_tree(before), *document.root()),
                      editor.indent());
}

}  // namespace

Result<Spliced> splice(std::string_view text,
                       const YamlDocument& document,
                       const Registry& before,
                       const Registry& after) {
    if (auto out = edited(text, document, before, after))
        if (auto good = checked(*std::move(out), document.name(), after)) return *std::move(good);
    if (document.second_document())
        return Error(ErrorCode::FailedPrecondition,
                     "the file holds more than one document; the first cannot be changed without "
                     "losing the rest")
            .with_place(*document.second_document());
    if (auto good = checked(rewritten(text, document, before, after), document.name(), after))
        return *std::move(good);
    return Error(ErrorCode::Unprocessable,
                 "the change cannot be written: it would not read back the same")
        .with_place({document.name()});
}

}  // namespace ww::store
