// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/queue.h"

#include <future>
#include <memory>

namespace ww::overlay {

std::optional<Queue::Turn> Queue::enter(std::function<void()> again) {
    const bool ours = state_.with([&](State& state) {
        if (std::exchange(state.taken, true)) {
            state.waiting.push_back(std::move(again));
            return false;
        }
        return true;
    });
    return ours ? std::optional<Turn>(std::in_place, *this) : std::nullopt;
}

Queue::Turn Queue::wait() {
    while (true) {
        const auto over = std::make_shared<std::promise<void>>();
        if (auto turn = enter([over] { over->set_value(); })) return std::move(*turn);
        over->get_future().wait();
    }
}

Queue::Turn::~Turn() {
    if (queue_ == nullptr) return;
    std::vector<std::function<void()>> waiting;
    queue_->state_.with([&](State& state) {
        state.taken = false;
        waiting.swap(state.waiting);
    });
    for (const auto& again : waiting) again();
}

}  // namespace ww::overlay
