// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/pass_on.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <utility>

#include "base/file.h"
#include "base/guarded.h"

namespace ww::daemon {

namespace {

/// A piece of a stream, from the job's thread to ours.
class Inbox {
   public:
    UniqueFd arrived;  // eventfd(2)

    void put(std::string piece) {
        piece_.with([&](auto& slot) { slot = std::move(piece); });
        const uint64_t one = 1;
        (void)!::write(arrived.get(), &one, sizeof one);
    }
    std::optional<std::string> take() {
        uint64_t count = 0;
        (void)!::read(arrived.get(), &count, sizeof count);
        return piece_.with([](auto& slot) { return std::exchange(slot, std::nullopt); });
    }

   private:
    Guarded<std::optional<std::string>> piece_;
};

}  // namespace

Result<void> pass_on(http::BodySource& stream,
                     std::vector<Listener> listeners,
                     const std::function<Result<void>(const std::string&)>& write) {
    // Shared: who puts the last piece in may still be at it when we have read it.
    const auto inbox = std::make_shared<Inbox>();
    inbox->arrived = UniqueFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!inbox->arrived.valid()) return Error::from_errno(errno, "eventfd");
    bool asked = false;
    while (true) {
        if (!std::exchange(asked, true))
            stream.next([inbox](std::string piece) { inbox->put(std::move(piece)); });
        std::vector<pollfd> waits{{inbox->arrived.get(), POLLIN, 0}};
        for (const Listener& each : listeners) waits.push_back({each.fd, each.events, 0});
        if (::poll(waits.data(), waits.size(), -1) < 0) continue;  // EINTR
        for (size_t i = 0; i < listeners.size(); ++i) {
            if (waits[i + 1].revents == 0) continue;
            listeners[i].fd = -1;
            listeners[i].gone();
        }
        const std::optional<std::string> piece = inbox->take();
        if (!piece) continue;
        asked = false;
        const Result<void> sent = write(*piece);
        if (piece->empty()) return sent;
    }
}

}  // namespace ww::daemon
