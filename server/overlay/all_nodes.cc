// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/all_nodes.h"

#include <algorithm>

#include "render/render.h"

namespace ww::overlay {

namespace {

// One more is nothing worse than a copy.
constexpr size_t kMaxSharedPlaces = 64;

}  // namespace

std::shared_ptr<render::SiteDigests> AllNodes::digests(const Snapshot& snapshot) const {
    return latest_.with([&](auto& latest) -> std::shared_ptr<render::SiteDigests> {
        if (!latest || latest->snapshot().generation() < snapshot->generation())
            latest = std::make_shared<render::SiteDigests>(snapshot, latest.get());
        return &latest->snapshot() == snapshot.get() ? latest : nullptr;
    });
}

std::string AllNodes::digest(const Snapshot& snapshot,
                             const std::vector<render::Path>& places) const {
    if (places.empty()) return {};
    render::RootData root;
    root.conf = &conf_;
    root.snapshot = snapshot.get();
    root.all_nodes = snapshot->nodes();
    return render::digest_of(root, places, digests(snapshot).get());
}

AllNodes::Places AllNodes::shared(std::vector<render::Path> places) {
    return shared_.with([&](auto& all) {
        const auto known =
            std::ranges::find_if(all, [&](const Places& each) { return *each == places; });
        if (known != all.end()) return *known;
        if (all.size() >= kMaxSharedPlaces) all.clear();
        all.push_back(std::make_shared<const std::vector<render::Path>>(std::move(places)));
        return all.back();
    });
}

}  // namespace ww::overlay
