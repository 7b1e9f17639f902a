// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <set>
#include <utility>

#include "base/digest.h"
#include "nodes/index.h"
#include "nodes/merge.h"
#include "yaml/problems.h"

namespace ww::nodes {

using fields::EntryKind;
using Ids = std::set<std::string, std::less<>>;

struct Snapshot::Data {
    uint64_t generation = 0;
    Registry raw;
    std::vector<yaml::Warning> warnings;
    ProfileUses uses;
    NodeIndex index;
    std::vector<const Node*> order;
    std::once_flag digested;
    std::string digest_all;

    Result<void> follow(const Registry& before);
    void add_users(const Ids& profiles, Ids& nodes) const;
};

namespace {

// Ids of entries that differ, with `uses` brought up to date.
template <class T>
Ids changed_entries(const SharedMap<std::string, T>& before,
                    const SharedMap<std::string, T>& after,
                    ProfileUses& uses) {
    using Item = typename SharedMap<std::string, T>::Item;
    Ids changed;
    SharedMap<std::string, T>::compare(before, after, [&](const Item& old, const Item& now) {
        if (old && now && old->second == now->second) return;
        const std::string& id = old ? old->first : now->first;
        if (old) uses.remove(kKindOf<T>, id, old->second.profiles);
        if (now) uses.add(kKindOf<T>, id, now->second.profiles);
        changed.insert(id);
    });
    return changed;
}

}  // namespace

// Nodes that see one of the profiles, through others or directly.
void Snapshot::Data::add_users(const Ids& profiles, Ids& nodes) const {
    Ids seen = profiles;
    std::vector<std::string> left(profiles.begin(), profiles.end());
    while (!left.empty()) {
        const std::string profile = std::move(left.back());
        left.pop_back();
        uses.each_user(profile, EntryKind::Profile, [&](const std::string& id) {
            if (seen.insert(id).second) left.push_back(id);
        });
        uses.each_user(profile, EntryKind::Node, [&](const std::string& id) { nodes.insert(id); });
    }
}

// Brings `uses` and `index`, which are those of `before`, up to what `raw` says.
Result<void> Snapshot::Data::follow(const Registry& before) {
    const Ids profiles = changed_entries(before.profiles, raw.profiles, uses);
    Ids stale = changed_entries(before.nodes, raw.nodes, uses);
    add_users(profiles, stale);
    yaml::Problems problems;
    Merger merger(raw);
    for (const std::string& id : stale) {
        if (const NodePointer old = index.find(id)) index.remove(old);
        if (!raw.nodes.contains(id)) continue;
        auto node = merger.merge(id);
        if (node)
            index.add(std::make_shared<const MergedNode>(*std::move(node)));
        else
            problems.add({}, fmt::format("node {}: {}", id, node.error().message()));
    }
    if (!problems.empty()) return problems.error();
    order = index.in_order();
    return {};
}

Snapshot::Snapshot() : data_(std::make_unique<Data>()) {}

Snapshot::~Snapshot() = default;

Result<std::shared_ptr<const Snapshot>> Snapshot::build(Registry raw,
                                                        std::vector<yaml::Warning> warnings,
                                                        uint64_t generation,
                                                        const Snapshot* previous) {
    std::shared_ptr<Snapshot> snapshot(new Snapshot);
    Data& data = *snapshot->data_;
    data.generation = generation;
    data.raw = std::move(raw);
    data.warnings = std::move(warnings);
    if (previous != nullptr) {
        data.uses = previous->data_->uses;
        data.index = previous->data_->index;
    }
    WW_TRY_VOID(data.follow(previous == nullptr ? Registry() : previous->raw()));
    return std::shared_ptr<const Snapshot>(std::move(snapshot));
}

std::shared_ptr<const Snapshot> Snapshot::empty() {
    return std::shared_ptr<const Snapshot>(new Snapshot);
}

uint64_t Snapshot::generation() const { return data_->generation; }

NodeList Snapshot::nodes() const { return NodeList(data_->order); }

const Node* Snapshot::find(std::string_view id) const { return data_->index.find(id).get(); }

const Node* Snapshot::by_hwaddr(std::string_view normal) const {
    return data_->index.by_hwaddr(normal);
}

std::vector<const Node*> Snapshot::by_hwaddr(std::span<const std::string_view> normal) const {
    return data_->index.by_hwaddr(normal);
}

const Node* Snapshot::by_ip(const IpAddress& address) const { return data_->index.by_ip(address); }

std::vector<const Node*> Snapshot::all_by_hwaddr(std::string_view normal) const {
    return data_->index.all_by_hwaddr(normal);
}

std::vector<const Node*> Snapshot::all_by_ip(const IpAddress& address) const {
    return data_->index.all_by_ip(address);
}

const Node* Snapshot::next_discoverable() const { return data_->index.first_discoverable(); }

const std::string& Snapshot::digest(const Node& node) const {
    return static_cast<const MergedNode&>(node).digest();
}

const std::string& Snapshot::digest_all() const {
    std::call_once(data_->digested, [&] {
        Sha256 sum;
        for (const Node& node : nodes()) sum.update(digest(node));
        data_->digest_all = to_hex(sum.finish());
    });
    return data_->digest_all;
}

const Registry& Snapshot::raw() const { return data_->raw; }

const std::vector<yaml::Warning>& Snapshot::warnings() const { return data_->warnings; }

}  // namespace ww::nodes
