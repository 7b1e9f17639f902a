// SPDX-License-Identifier: BSD-3-Clause
#include "render/site_digests.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "base/digest.h"
#include "base/guarded.h"

namespace ww::render {

struct SiteDigests::State {
    struct PathLess {
        bool operator()(const Path& a, const Path& b) const {
            return std::lexicographical_compare(
                a.begin(), a.end(), b.begin(), b.end(), [](const Step& left, const Step& right) {
                    return std::tie(left.kind, left.name, left.number) <
                           std::tie(right.kind, right.name, right.number);
                });
        }
    };

    // What a path leads to from each node, one after the other.
    struct Column {
        std::string bytes;
        std::vector<uint32_t> ends;  // in `bytes`, of each node
        std::string digest;

        size_t begin_of(size_t node) const { return node == 0 ? 0 : ends[node - 1]; }
    };

    using Columns = std::map<Path, std::shared_ptr<const Column>, PathLess>;

    // Nodes that follow each other in both snapshots, or one that is new.
    struct Run {
        size_t from = 0;
        size_t before = kNew;
        size_t count = 0;
    };
    static constexpr size_t kNew = SIZE_MAX;

    std::shared_ptr<const Column> find(const Path& path) const {
        return columns.with([&](const Columns& all) -> std::shared_ptr<const Column> {
            const auto found = all.find(path);
            return found == all.end() ? nullptr : found->second;
        });
    }

    std::shared_ptr<const Column> make(const nodes::Snapshot& snapshot, const Path& path) {
        const nodes::NodeList all = snapshot.nodes();
        auto made = std::make_shared<Column>();
        made->ends.reserve(all.size());
        if (const auto known = before.find(path); known != before.end()) {
            made->bytes.reserve(known->second->bytes.size());
            for (const Run& run : runs) {
                const nodes::Node* node = &all[run.from];
                if (run.before == kNew)
                    read(*made, nodes::NodeList(std::span(&node, 1)), path);
                else
                    copy(*made, *known->second, run);
            }
        } else {
            read(*made, all, path);
        }
        made->digest = sha256(made->bytes);
        return made;
    }

    void read(Column& into, const nodes::NodeList& nodes, const Path& path) {
        put_of_nodes(into.bytes, nodes, path, [&] {
            into.ends.push_back(static_cast<uint32_t>(into.bytes.size()));
        });
        values_read += nodes.size();
    }

    static void copy(Column& into, const Column& from, const Run& run) {
        const size_t begin = from.begin_of(run.before);
        const size_t end = from.ends[run.before + run.count - 1];
        const size_t moved = into.bytes.size() - begin;
        into.bytes.append(from.bytes, begin, end - begin);
        for (size_t i = 0; i < run.count; ++i)
            into.ends.push_back(static_cast<uint32_t>(from.ends[run.before + i] + moved));
    }

    // Snapshots share nodes that are the same; while both live, the same pointer is the same node.
    void compare(const nodes::NodeList& old, const nodes::NodeList& now) {
        std::unordered_map<const nodes::Node*, size_t> places;
        const auto place_of = [&](const nodes::Node* node) {
            if (places.empty())
                for (size_t i = 0; i < old.size(); ++i) places.emplace(&old[i], i);
            const auto found = places.find(node);
            return found == places.end() ? kNew : found->second;
        };
        for (size_t i = 0; i < now.size(); ++i) {
            const bool goes_on = !runs.empty() && runs.back().before != kNew;
            const size_t next = goes_on ? runs.back().before + runs.back().count : i;
            const bool there = next < old.size() && &old[next] == &now[i];
            const size_t place = there ? next : place_of(&now[i]);
            if (goes_on && place == next)
                ++runs.back().count;
            else
                runs.push_back({i, place, 1});
        }
    }

    std::vector<Run> runs;
    Columns before;  // of the earlier snapshot
    Guarded<Columns> columns;
    std::mutex making;  // one at a time, and the others find it made
    std::atomic<uint64_t> values_read = 0;
};

SiteDigests::SiteDigests(std::shared_ptr<const nodes::Snapshot> snapshot,
                         const SiteDigests* previous)
    : snapshot_(std::move(snapshot)), state_(std::make_unique<State>()) {
    if (previous == nullptr) return;
    state_->before = previous->state_->columns.with([](const auto& all) { return all; });
    state_->compare(previous->snapshot().nodes(), snapshot_->nodes());
}

SiteDigests::~SiteDigests() = default;

std::string SiteDigests::digest(const Path& path) {
    if (const auto column = state_->find(path)) return column->digest;
    std::lock_guard lock(state_->making);
    if (const auto column = state_->find(path)) return column->digest;
    const auto made = state_->make(*snapshot_, path);
    state_->columns.with([&](auto& all) {
        if (all.size() < kMaxColumns) all.emplace(path, made);
    });
    return made->digest;
}

std::optional<std::string> SiteDigests::known(const Path& path) const {
    const auto column = state_->find(path);
    return column ? std::optional(column->digest) : std::nullopt;
}

uint64_t SiteDigests::values_read() const { return state_->values_read; }

}  // namespace ww::render
