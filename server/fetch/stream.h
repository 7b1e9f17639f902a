// SPDX-License-Identifier: BSD-3-Clause
//
// A connected stream socket, with TLS or without, blocking and with a deadline. No event loop: a
// wait is a poll(2) that ends with the deadline, or when a descriptor of the caller's is readable.
#pragma once

#include <chrono>
#include <memory>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace ww::fetch {

using Clock = std::chrono::steady_clock;

/// How long one waits.
struct Waits {
    Clock::time_point until = Clock::time_point::max();
    int stop_fd = -1;  // readable: wait no longer. Not owned; -1: none
};

/// Until `fd` is ready for `events` (poll(2)). Errors: Timeout, Cancelled, Io.
Result<void> wait_for(int fd, short events, const Waits& waits);

class TlsSession;

/// Owns the socket. One thread.
class Stream {
   public:
    /// A socket that is connected already, spoken to as it is.
    explicit Stream(UniqueFd fd);
    Stream(Stream&&) noexcept;
    Stream& operator=(Stream&&) noexcept;
    ~Stream();

    int fd() const { return fd_.get(); }
    /// For all that follows.
    void set_waits(const Waits& waits) { waits_ = waits; }

    /// At least one byte, or none: the peer closed. Errors: Timeout, Cancelled, Unavailable (broken
    /// TLS), Io.
    Result<size_t> read_some(char* to, size_t size);
    /// All of it. Errors: the same, and Unavailable (the peer is gone).
    Result<void> write(std::string_view bytes);

   private:
    friend class TlsSession;

    Result<size_t> receive(char* to, size_t size);
    Result<void> send(std::string_view bytes);

    UniqueFd fd_;
    Waits waits_;
    std::unique_ptr<TlsSession> tls_;  // none: as it is
};

}  // namespace ww::fetch
