// SPDX-License-Identifier: BSD-3-Clause
//
// StatusPage: the document of /status, made once for all who ask. On a large site it takes
// milliseconds and megabytes, and anybody may ask: it is made anew once a second at most, and all
// replies under way share its memory. A short one is made anew whenever something changed.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "boot/ask.h"
#include "boot/status.h"

namespace ww::boot {

/// Any thread.
class StatusPage {
   public:
    using Clock = std::function<std::chrono::steady_clock::time_point()>;

    /// For how long a long document is sent although something changed.
    static constexpr std::chrono::milliseconds kFresh{1000};
    /// Bytes of a document that costs nothing to make.
    static constexpr int64_t kShort = 16 << 10;

    explicit StatusPage(Clock now = std::chrono::steady_clock::now) : now_(std::move(now)) {}

    /// With an ETag, so that who asks again may hear that nothing changed. Waits while another
    /// thread makes it. 500 if there is no memory for it.
    Answer get(const StatusBoard& board, const nodes::Snapshot& snapshot);
    /// The one that was made last, if it will do; never waits.
    std::optional<Answer> kept(const StatusBoard& board, const nodes::Snapshot& snapshot) const;

   private:
    struct Made {
        FileBody document;
        uint64_t changes = 0;     // of the board
        uint64_t generation = 0;  // of the snapshot
        std::chrono::steady_clock::time_point at{};
    };
    std::shared_ptr<const Made> current(const StatusBoard& board,
                                        const nodes::Snapshot& snapshot) const;

    const Clock now_;
    std::mutex making_;
    std::atomic<std::shared_ptr<const Made>> made_;
};

}  // namespace ww::boot
