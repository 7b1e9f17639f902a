// SPDX-License-Identifier: BSD-3-Clause
#include "store/snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "base/digest.h"
#include "store/merge.h"
#include "store/node_digest.h"
#include "store/problems.h"

namespace ww::store {

namespace {

struct LazyDigest {
    std::once_flag once;
    std::string hex;
};

std::vector<Node> merge_all(const Registry& raw, Problems& problems) {
    std::vector<Node> nodes;
    nodes.reserve(raw.nodes.size());
    Merger merger(raw);
    for (const auto& [id, unused] : raw.nodes) {
        auto node = merger.merge(id);
        if (node)
            nodes.push_back(*std::move(node));
        else
            problems.add({}, fmt::format("node {}: {}", id, node.error().message()));
    }
    std::sort(nodes.begin(), nodes.end(), [](const Node& a, const Node& b) {
        return std::tie(a.cluster_name, a.id) < std::tie(b.cluster_name, b.id);
    });
    return nodes;
}

// Profiles that are named somewhere but do not exist, one warning each.
void warn_of_missing_profiles(const Registry& raw, std::vector<Warning>& warnings) {
    std::map<std::string, std::pair<size_t, std::string>> missing;  // times named, first place
    const auto look =
        [&](const StringList& profiles, std::string_view noun, const std::string& id) {
            for (const std::string& name : profiles) {
                if (name.starts_with('~') || raw.profiles.contains(name)) continue;
                auto& [times, first] = missing[name];
                if (times++ == 0) first = fmt::format("{} {}", noun, id);
            }
        };
    for (const auto& [id, profile] : raw.profiles) look(profile.profiles, "profile", id);
    for (const auto& [id, node] : raw.nodes) look(node.profiles, "node", id);
    for (const auto& [name, where] : missing) {
        std::string text = fmt::format("profile not found: {} (named by {}", name, where.second);
        if (where.first > 1) text += fmt::format(" and {} more", where.first - 1);
        warnings.push_back({Place(), text + ")"});
    }
}

}  // namespace

std::string Warning::to_string() const {
    return Error(ErrorCode::Unprocessable, text).with_place(place).headline();
}

struct Snapshot::Data {
    uint64_t revision = 0;
    Registry raw;
    std::vector<Node> nodes;
    std::vector<Warning> warnings;
    std::unordered_map<std::string_view, size_t> by_id;
    std::unordered_map<std::string, size_t> by_hwaddr;
    std::map<IpAddress, size_t> by_ip;
    size_t next_discoverable = 0;  // nodes.size(): none
    std::unique_ptr<LazyDigest[]> digests;
    LazyDigest all;

    void index();
    void index_device(size_t at, const NetDev& device);
};

void Snapshot::Data::index() {
    next_discoverable = nodes.size();
    by_id.reserve(nodes.size());
    by_hwaddr.reserve(nodes.size());
    for (size_t at = 0; at < nodes.size(); ++at) {
        const Node& node = nodes[at];
        by_id.emplace(node.id, at);
        for (const auto& [name, device] : node.network_devices) index_device(at, device);
        const bool candidate = node.discoverable.value() && !node.network_devices.empty();
        if (candidate && next_discoverable == nodes.size()) next_discoverable = at;
    }
    digests = std::make_unique<LazyDigest[]>(nodes.size());
}

void Snapshot::Data::index_device(size_t at, const NetDev& device) {
    const Node& node = nodes[at];
    if (device.ipaddr) by_ip.emplace(*device.ipaddr, at);
    if (device.ipaddr6) by_ip.emplace(*device.ipaddr6, at);
    if (device.hwaddr.empty() || node.discoverable.value()) return;
    const auto [found, added] = by_hwaddr.try_emplace(normal_hwaddr(device.hwaddr), at);
    if (added || found->second == at) return;
    warnings.push_back({Place(),
                        fmt::format("nodes {} and {} have the hardware address {}; it boots as {}",
                                    nodes[found->second].id,
                                    node.id,
                                    found->first,
                                    node.id)});
    found->second = at;
}

Snapshot::Snapshot() : data_(std::make_unique<Data>()) {}

Snapshot::~Snapshot() = default;

Result<std::shared_ptr<const Snapshot>> Snapshot::build(Registry raw,
                                                        std::vector<Warning> warnings,
                                                        uint64_t revision) {
    std::shared_ptr<Snapshot> snapshot(new Snapshot);
    Data& data = *snapshot->data_;
    data.revision = revision;
    data.raw = std::move(raw);
    data.warnings = std::move(warnings);
    Problems problems;
    data.nodes = merge_all(data.raw, problems);
    if (!problems.empty()) return problems.error();
    warn_of_missing_profiles(data.raw, data.warnings);
    data.index();
    return std::shared_ptr<const Snapshot>(std::move(snapshot));
}

std::shared_ptr<const Snapshot> Snapshot::empty() {
    std::shared_ptr<Snapshot> snapshot(new Snapshot);
    snapshot->data_->index();
    return snapshot;
}

uint64_t Snapshot::revision() const { return data_->revision; }

std::span<const Node> Snapshot::nodes() const { return data_->nodes; }

const Node* Snapshot::find(std::string_view id) const {
    const auto found = data_->by_id.find(id);
    return found == data_->by_id.end() ? nullptr : &data_->nodes[found->second];
}

const Node* Snapshot::by_hwaddr(std::string_view normal) const {
    const auto found = data_->by_hwaddr.find(std::string(normal));
    return found == data_->by_hwaddr.end() ? nullptr : &data_->nodes[found->second];
}

const Node* Snapshot::by_ip(const IpAddress& address) const {
    const auto found = data_->by_ip.find(address);
    return found == data_->by_ip.end() ? nullptr : &data_->nodes[found->second];
}

const Node* Snapshot::next_discoverable() const {
    const size_t at = data_->next_discoverable;
    return at == data_->nodes.size() ? nullptr : &data_->nodes[at];
}

const std::string& Snapshot::digest(const Node& node) const {
    LazyDigest& digest = data_->digests[static_cast<size_t>(&node - data_->nodes.data())];
    std::call_once(digest.once, [&] { digest.hex = digest_of(node); });
    return digest.hex;
}

const std::string& Snapshot::digest_all() const {
    std::call_once(data_->all.once, [&] {
        Sha256 sum;
        for (const Node& node : data_->nodes) sum.update(digest(node));
        data_->all.hex = to_hex(sum.finish());
    });
    return data_->all.hex;
}

const Registry& Snapshot::raw() const { return data_->raw; }

const std::vector<Warning>& Snapshot::warnings() const { return data_->warnings; }

}  // namespace ww::store
