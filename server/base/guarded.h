// SPDX-License-Identifier: BSD-3-Clause
//
// Guarded<T>: a value that can only be touched with its mutex held.
#pragma once

#include <mutex>
#include <utility>

namespace ww {

template <class T>
class Guarded {
   public:
    template <class... Args>
    explicit Guarded(Args&&... args) : value_(std::forward<Args>(args)...) {}

    /// Runs `work` on the value under the lock and returns its result. Keep `work` short; never
    /// suspend or call out of the layer inside it.
    template <class Work>
    decltype(auto) with(Work&& work) {
        std::lock_guard lock(mutex_);
        return std::forward<Work>(work)(value_);
    }
    template <class Work>
    decltype(auto) with(Work&& work) const {
        std::lock_guard lock(mutex_);
        return std::forward<Work>(work)(value_);
    }

   private:
    mutable std::mutex mutex_;
    T value_;
};

}  // namespace ww
