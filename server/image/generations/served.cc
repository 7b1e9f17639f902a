// SPDX-License-Identifier: BSD-3-Clause
#include "image/generations/served.h"

#include <map>

#include "base/guarded.h"

namespace ww::image {

namespace {

/// More trees than any site has; a bound for names that come and go.
constexpr size_t kMaxHistories = 256;

struct KnownHistory {
    FileIdentity file;
    std::shared_ptr<const History> history;
};

}  // namespace

struct ServedGenerations::State {
    explicit State(Images all) : images(std::move(all)) {}

    /// nullptr where there is none.
    Result<std::shared_ptr<const History>> history_of(const Variant& tree) {
        const auto identity = identity_of(history_path(images.content(), tree));
        if (!identity && identity.error().code() == ErrorCode::NotFound)
            return std::shared_ptr<const History>();
        if (!identity) return identity.error();
        const std::string name = tree.text();
        const auto kept = known.with([&](auto& all) -> std::shared_ptr<const History> {
            const auto at = all.find(name);
            return at == all.end() || at->second.file != *identity ? nullptr : at->second.history;
        });
        if (kept) return kept;
        // Should it be replaced between the two looks, the next question finds that out.
        WW_TRY(History history, read_history(images.content(), tree));
        auto shared = std::make_shared<const History>(std::move(history));
        known.with([&](auto& all) {
            if (all.size() >= kMaxHistories) all.clear();
            all[name] = {*identity, shared};
        });
        return std::shared_ptr<const History>(std::move(shared));
    }

    Images images;
    Guarded<std::map<std::string, KnownHistory>> known;
};

ServedGenerations::ServedGenerations(Images images)
    : state_(std::make_unique<State>(std::move(images))) {}
ServedGenerations::~ServedGenerations() = default;

Result<Serving> ServedGenerations::of(const Variant& tree, std::optional<uint64_t> pin) const {
    if (state_->images.content().empty()) {
        if (!pin) return Serving();
        return Error(ErrorCode::NotFound, "no generations of images are kept here");
    }
    const auto history = state_->history_of(tree);
    if (!history && pin) return history.error();
    if (!history || *history == nullptr) {
        if (!pin) return Serving();
        return Error(ErrorCode::NotFound,
                     fmt::format("image {} has no generation {}", tree.text(), *pin));
    }
    const auto share = [&](const Generation* generation) {
        return std::shared_ptr<const Generation>(*history, generation);
    };
    if (pin) {
        const Generation* pinned = (*history)->find(*pin);
        if (pinned == nullptr)
            return Error(ErrorCode::NotFound,
                         fmt::format("image {} has no generation {}", tree.text(), *pin));
        return Serving{share(pinned), true};
    }
    const Generation* now = served(state_->images, tree, **history);
    if (now == nullptr) return Serving();
    return Serving{share(now), now != (*history)->latest()};
}

Result<UniqueFd> ServedGenerations::open(const content::Digest& digest) const {
    WW_TRY(const content::Store store, content::Store::open(state_->images.content()));
    return store.open_blob(digest);
}

}  // namespace ww::image
