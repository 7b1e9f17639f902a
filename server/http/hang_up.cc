// SPDX-License-Identifier: BSD-3-Clause
#include "http/hang_up.h"

#include <poll.h>

#include <utility>

namespace ww::http {

std::shared_ptr<HangUpWatch> HangUpWatch::start(Socket& socket, std::function<void()> gone) {
    auto watch = std::make_shared<HangUpWatch>(socket, std::move(gone));
    const std::lock_guard lock(watch->mutex_);
    watch->wait();
    return watch;
}

HangUpWatch::HangUpWatch(Socket& socket, std::function<void()> gone)
    : socket_(&socket), gone_(std::move(gone)), timer_(socket.get_executor()) {}

void HangUpWatch::stop() {
    const std::lock_guard lock(mutex_);
    if (socket_ == nullptr) return;
    error_code ignored;
    std::exchange(socket_, nullptr)->cancel(ignored);
    timer_.cancel();
}

// With the lock.
void HangUpWatch::wait() {
    socket_->async_wait(Socket::wait_read, [self = shared_from_this()](const error_code& error) {
        if (!error) self->look();
    });
}

void HangUpWatch::look() {
    std::function<void()> gone;
    {
        const std::lock_guard lock(mutex_);
        if (socket_ == nullptr) return;
        // Not a look at the next byte: TLS closes with a message that comes before the end.
        pollfd state{socket_->native_handle(), POLLRDHUP, 0};
        if (::poll(&state, 1, 0) <= 0) {
            timer_.expires_after(kLookAgain);
            timer_.async_wait([self = shared_from_this()](const error_code& error) {
                if (!error) self->look();
            });
            return;
        }
        socket_ = nullptr;
        gone = std::move(gone_);
    }
    gone();
}

}  // namespace ww::http
