// SPDX-License-Identifier: BSD-3-Clause
#include "store/splice.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "nodes/entry_tree.h"
#include "store/anchors.h"
#include "store/excerpt.h"
#include "yaml/tree_editor.h"
#include "yaml/writer.h"

namespace ww::store {

namespace {

struct TreePair {
    yaml::OutNode before = yaml::OutNode::map();
    yaml::OutNode after = yaml::OutNode::map();
};

// Both sides as trees. With `whole` false, entries that are equal get a stand-in.
template <class T>
TreePair trees_of(const nodes::SharedMap<std::string, T>& before,
                  const nodes::SharedMap<std::string, T>& after,
                  bool whole) {
    TreePair out;
    const auto put = [](yaml::OutNode& map, const std::string& id, yaml::OutNode tree) {
        map.pairs.push_back({id, std::move(tree)});
    };
    for (const auto& [id, entry] : before) {
        const auto other = after.find(id);
        const bool equal = other != after.end() && other->second == entry;
        put(out.before, id, equal && !whole ? yaml::OutNode() : out_tree(entry));
    }
    for (const auto& [id, entry] : after) {
        const auto other = before.find(id);
        const bool equal = other != before.end() && other->second == entry;
        put(out.after, id, equal && !whole ? yaml::OutNode() : out_tree(entry));
    }
    for (yaml::OutNode* map : {&out.before, &out.after})
        std::stable_sort(map->pairs.begin(),
                         map->pairs.end(),
                         [](const yaml::OutNode::Pair& a, const yaml::OutNode::Pair& b) {
                             return yaml::written_before(a.key, b.key);
                         });
    return out;
}

template <class T>
void add_trees(TreePair& root,
               std::string_view key,
               const nodes::SharedMap<std::string, T>& before,
               const nodes::SharedMap<std::string, T>& after,
               bool whole) {
    TreePair trees = before == after && !whole ? TreePair{} : trees_of(before, after, whole);
    root.before.pairs.push_back({std::string(key), std::move(trees.before)});
    root.after.pairs.push_back({std::string(key), std::move(trees.after)});
}

// A section without content is as good as none.
yaml::OutNode comparable(yaml::OutNode tree) {
    std::erase_if(tree.pairs, [](const yaml::OutNode::Pair& pair) {
        return pair.value.is_section && pair.value.pairs.empty();
    });
    return tree;
}

template <class T>
bool reads_as(const nodes::SharedMap<std::string, T>& found,
              const nodes::SharedMap<std::string, T>& wanted) {
    using Item = typename nodes::SharedMap<std::string, T>::Item;
    bool good = true;
    nodes::SharedMap<std::string, T>::compare(found, wanted, [&](const Item& a, const Item& b) {
        if (!good) return;
        good = a && b &&
               (a->second == b->second ||
                comparable(out_tree(a->second)) == comparable(out_tree(b->second)));
    });
    return good;
}

// The text read back, if it says what it should.
std::shared_ptr<const SourceFile> checked(std::string text,
                                          const SourceFile& before,
                                          const nodes::Registry& wanted) {
    auto file = SourceFile::read(std::move(text), before.name(), &before);
    const bool good = file && reads_as((*file)->registry().profiles, wanted.profiles) &&
                      reads_as((*file)->registry().nodes, wanted.nodes);
    return good ? *std::move(file) : nullptr;
}

// Line by line, where the layout allows it.
std::optional<std::vector<yaml::TextEdit>> edits_of(std::string_view text,
                                                    const yaml::Document& document,
                                                    const nodes::Registry& before,
                                                    const nodes::Registry& after) {
    yaml::TreeEditor editor(text, document);
    TreePair root;
    add_trees(root,
              "nodeprofiles",
              before.profiles,
              after.profiles,
              !editor.is_editable_below("nodeprofiles"));
    add_trees(root, "nodes", before.nodes, after.nodes, !editor.is_editable_below("nodes"));
    if (!editor.edit(root.before, root.after)) return std::nullopt;
    return editor.edits();
}

// The same, looking only at the entries that change.
std::optional<std::string> edited_by_blocks(const SourceFile& file, const nodes::Registry& after) {
    const auto excerpt = Excerpt::of(file, after);
    if (!excerpt) return std::nullopt;
    const auto document = yaml::read(excerpt->text(), file.name());
    if (!document) return std::nullopt;
    const auto edits = edits_of(excerpt->text(), *document, excerpt->before(), excerpt->after());
    if (!edits) return std::nullopt;
    std::vector<yaml::TextEdit> in_file;
    for (const yaml::TextEdit& edit : *edits) in_file.push_back(excerpt->in_file(edit));
    return yaml::apply_edits(file.text(), std::move(in_file));
}

// The whole file in our own layout, unknown keys kept.
std::string rewritten(std::string_view text,
                      const yaml::Document& document,
                      const nodes::Registry& before,
                      const nodes::Registry& after) {
    const yaml::OutNode tree = nodes::out_tree(after);
    if (document.root() == nullptr) {
        // Nothing but comments: they stay on top.
        std::string out(text);
        if (!out.empty() && !out.ends_with('\n')) out += '\n';
        return out + yaml::write(tree, 2);
    }
    const yaml::TreeEditor editor(text, document);
    return yaml::write(editor.with_unknown(tree, nodes::out_tree(before), *document.root()),
                       editor.indent());
}

// Nothing if the layout does not allow it.
std::shared_ptr<const SourceFile> edited(const SourceFile& file,
                                         const yaml::Document& document,
                                         const nodes::Registry& after) {
    const auto edits = edits_of(file.text(), document, file.registry(), after);
    return edits ? checked(yaml::apply_edits(file.text(), *edits), file, after) : nullptr;
}

}  // namespace

Result<std::shared_ptr<const SourceFile>> splice(const SourceFile& file,
                                                 const nodes::Registry& after,
                                                 Form form) {
    if (form == Form::Keep)
        if (auto text = edited_by_blocks(file, after))
            if (auto good = checked(*std::move(text), file, after)) return good;
    WW_TRY(const yaml::Document document, yaml::read(file.text(), file.name()));
    const nodes::Registry& before = file.registry();
    if (form == Form::Keep) {
        if (auto good = edited(file, document, after)) return good;
        if (const auto refusal = shared_anchor(document, before, after)) return *refusal;
    }
    if (document.second_document())
        return Error(ErrorCode::FailedPrecondition,
                     "the file holds more than one document; the first cannot be changed without "
                     "losing the rest")
            .with_place(*document.second_document());
    if (auto good = checked(rewritten(file.text(), document, before, after), file, after))
        return good;
    return Error(ErrorCode::Unprocessable,
                 "the change cannot be written: it would not read back the same")
        .with_place({file.name()});
}

}  // namespace ww::store
