// SPDX-License-Identifier: BSD-3-Clause
//
// Service: every answer a node can get, from the snapshot, the images and the overlays. Knows no
// sockets: the main process calls it with what the front passed on, tests call it directly.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "boot/ask.h"
#include "boot/status.h"

namespace ww::config {
struct WarewulfConf;
}  // namespace ww::config

namespace ww::store {
class Database;
}  // namespace ww::store

namespace ww::overlay {
class Builder;
}  // namespace ww::overlay

namespace ww::boot {

class NodeImages;

/// Safe to use from any thread. Lives as long as the process; its arguments must outlive it.
class Service {
   public:
    Service(const config::WarewulfConf& conf,
            store::Database& database,
            overlay::Builder& overlays,
            const NodeImages& images);
    ~Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    /// The whole answer. May block for seconds (discovery writes the store, an overlay may have to
    /// be built): call it on the work pool. Nothing if another thread is building that overlay:
    /// `again` is called when that is over, on the other thread, for the caller to ask anew. It
    /// must not block.
    using Again = std::function<void()>;
    std::optional<Answer> answer(const Ask& ask, const Again& again);

    /// A hint that answer_at_once() will be called for each of these: in a storm that takes less
    /// time for many together.
    void read_ahead(std::span<const Ask> asks) const;

    /// The answer, if it needs no more than a few stat(2) calls; nothing if answer() must be used.
    std::optional<Answer> answer_at_once(const Ask& ask);

    /// To be called when the body of a recorded answer was handed out, whole or not.
    void sent(const Record& record);

    /// What `wwctl node status` shows: where an overlay cannot be made, /status has Warewulf's
    /// NOT_FOUND, and this the place of the error.
    std::vector<LastSent> last_sent() const;
    /// Grows whenever that may be another.
    uint64_t status_changes() const;

    /// Drops what is kept about nodes that are no longer there; `anew`: and about unknown ones. Own
    /// changes of nodes.conf, discovery among them, leave those: they were not asked to reload.
    void reloaded(bool anew);

   private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace ww::boot
