// SPDX-License-Identifier: BSD-3-Clause
#include "store/anchors.h"

#include <fmt/format.h>

#include <set>
#include <string_view>
#include <unordered_map>

namespace ww::store {

namespace {

template <class T>
std::set<std::string, std::less<>> changed_ids(const nodes::SharedMap<std::string, T>& before,
                                               const nodes::SharedMap<std::string, T>& after) {
    using Item = typename nodes::SharedMap<std::string, T>::Item;
    std::set<std::string, std::less<>> ids;
    nodes::SharedMap<std::string, T>::compare(before, after, [&](const Item& old, const Item& now) {
        if (old && !(now && old->second == now->second)) ids.insert(old->first);
    });
    return ids;
}

class AnchorSearch {
   public:
    explicit AnchorSearch(const yaml::Document& document) : document_(document) {}

    // Notes the anchors of the entries of a root key that are in `ids`.
    void note(std::string_view section,
              fields::EntryKind kind,
              const std::set<std::string, std::less<>>& ids) {
        const yaml::Node* entries = value_of(section);
        if (entries == nullptr) return;
        for (size_t i = 0; i + 1 < entries->items.size(); i += 2) {
            const yaml::Node& key = *entries->items[i];
            if (!ids.contains(key.resolved().text)) continue;
            const Owner owner{kind, key.resolved().text, entries->items[i + 1]};
            note_below(*entries->items[i + 1], owner);
        }
    }

    // The first alias of a noted anchor outside of the entry that carries it.
    std::optional<Error> use(const yaml::Node& node) {
        inside_.push_back(&node);
        std::optional<Error> found;
        if (node.kind == yaml::Node::Kind::Alias) found = refusal(node);
        for (size_t i = 0; i < node.items.size() && !found; ++i) found = use(*node.items[i]);
        inside_.pop_back();
        return found;
    }

   private:
    struct Owner {
        fields::EntryKind kind;
        std::string_view id;
        const yaml::Node* value;
    };

    const yaml::Node* value_of(std::string_view root_key) const {
        const yaml::Node& root = *document_.root();
        if (root.kind != yaml::Node::Kind::Map) return nullptr;
        for (size_t i = 0; i + 1 < root.items.size(); i += 2)
            if (root.items[i]->text == root_key) return &root.items[i + 1]->resolved();
        return nullptr;
    }

    void note_below(const yaml::Node& node, const Owner& owner) {
        if (!node.anchor.empty()) owners_.emplace(&node, owner);
        for (const yaml::Node* item : node.items) note_below(*item, owner);
    }

    std::optional<Error> refusal(const yaml::Node& alias) const {
        const auto found = owners_.find(alias.target);
        if (found == owners_.end()) return std::nullopt;
        const Owner& owner = found->second;
        for (const yaml::Node* around : inside_)
            if (around == owner.value) return std::nullopt;
        return Error(
                   ErrorCode::FailedPrecondition,
                   fmt::format("{} {} carries the anchor &{}, which line {} uses as well: what is "
                               "changed here would change there, too",
                               to_string(owner.kind),
                               owner.id,
                               alias.target->anchor,
                               alias.line))
            .with_place(document_.place(*alias.target))
            .with_hint(
                "edit the file by hand, or give --rewrite to have it written anew without "
                "anchors and comments");
    }

    const yaml::Document& document_;
    std::unordered_map<const yaml::Node*, Owner> owners_;
    std::vector<const yaml::Node*> inside_;
};

}  // namespace

std::optional<Error> shared_anchor(const yaml::Document& document,
                                   const nodes::Registry& before,
                                   const nodes::Registry& after) {
    if (document.root() == nullptr) return std::nullopt;
    AnchorSearch search(document);
    search.note(
        "nodeprofiles", fields::EntryKind::Profile, changed_ids(before.profiles, after.profiles));
    search.note("nodes", fields::EntryKind::Node, changed_ids(before.nodes, after.nodes));
    return search.use(*document.root());
}

}  // namespace ww::store
