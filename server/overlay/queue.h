// SPDX-License-Identifier: BSD-3-Clause
//
// Queue: one at a time, and the others wait without holding a thread: they leave word what shall
// happen when it is worth trying again.
#pragma once

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "base/guarded.h"

namespace ww::overlay {

/// Any thread.
class Queue {
   public:
    /// To be the one; until it goes. Wakes all who wait then: most find that nothing is left to do.
    class Turn {
       public:
        explicit Turn(Queue& queue) : queue_(&queue) {}
        Turn(Turn&& other) noexcept : queue_(std::exchange(other.queue_, nullptr)) {}
        Turn& operator=(Turn&&) = delete;
        ~Turn();

       private:
        Queue* queue_;
    };

    /// Nothing if somebody has it; `again` is called when that is over, once, on its thread.
    std::optional<Turn> enter(std::function<void()> again);
    /// Blocks until it is ours.
    Turn wait();

   private:
    struct State {
        bool taken = false;
        std::vector<std::function<void()>> waiting;
    };
    Guarded<State> state_;
};

}  // namespace ww::overlay
