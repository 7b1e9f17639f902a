// SPDX-License-Identifier: BSD-3-Clause
#include "image/trees.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/file.h"
#include "base/guarded.h"
#include "image/record.h"

namespace ww::image {

namespace {

struct KeptTrees {
    FileIdentity folder;  // CHROOTS/NAME: changes when anything in it comes, goes or is renamed
    std::shared_ptr<const Trees> trees;
};

std::shared_ptr<const Trees> look(const Images& images, std::string_view name) {
    auto trees = std::make_shared<Trees>();
    for (const Variant& tree : images.variants(name))
        trees->all.push_back({tree, architecture_of(images, tree)});
    return trees;
}

}  // namespace

bool Trees::told_apart() const {
    return std::ranges::any_of(all,
                               [](const KnownTree& one) { return one.architecture.has_value(); });
}

const KnownTree* Trees::fitting(Architecture architecture) const {
    const KnownTree* unknown = nullptr;
    for (const KnownTree& one : all) {
        if (one.architecture && runs(architecture, *one.architecture)) return &one;
        if (!one.architecture && unknown == nullptr) unknown = &one;
    }
    return unknown;
}

std::string Trees::architectures() const {
    std::string out;
    for (const KnownTree& one : all)
        if (one.architecture)
            out += fmt::format("{}{}", out.empty() ? "" : " and ", to_string(*one.architecture));
    return out;
}

struct TreesCache::State {
    explicit State(Images given) : images(std::move(given)) {}

    const Images images;
    Guarded<std::map<std::string, KeptTrees, std::less<>>> kept;
};

TreesCache::TreesCache(Images images) : state_(std::make_unique<State>(std::move(images))) {}
TreesCache::~TreesCache() = default;

std::shared_ptr<const Trees> TreesCache::get(std::string_view name) const {
    static const auto kNone = std::make_shared<const Trees>();
    if (!valid_name(name)) return kNone;
    // Before anything is looked at: what changes meanwhile is looked at again.
    const auto folder = identity_of(state_->images.source(name));
    if (!folder) return kNone;
    auto found = state_->kept.with([&](const auto& kept) {
        const auto at = kept.find(name);
        return at != kept.end() && at->second.folder == *folder ? at->second.trees : nullptr;
    });
    if (found) return found;
    found = look(state_->images, name);
    state_->kept.with([&](auto& kept) { kept[std::string(name)] = {*folder, found}; });
    return found;
}

}  // namespace ww::image
