// SPDX-License-Identifier: BSD-3-Clause
#include "fetch/stream.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "fetch/tls_session.h"

namespace ww::fetch {

namespace {

int milliseconds_until(Clock::time_point until) {
    if (until == Clock::time_point::max()) return -1;
    constexpr int64_t kLongest = 3'600'000;  // poll(2) takes an int; who waits longer waits again
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    return static_cast<int>(std::clamp<int64_t>(left.count(), 0, kLongest));
}

}  // namespace

Result<void> wait_for(int fd, short events, const Waits& waits) {
    std::array<pollfd, 2> polled{{{fd, events, 0}, {waits.stop_fd, POLLIN, 0}}};
    while (true) {
        const int patience = milliseconds_until(waits.until);
        const int ready = ::poll(polled.data(), polled.size(), patience);
        if (ready < 0 && errno != EINTR) return Error::from_errno(errno, "poll");
        if (ready < 0) continue;
        if (polled[1].revents != 0) return Error(ErrorCode::Cancelled, "interrupted");
        if (polled[0].revents != 0) return {};
        if (Clock::now() >= waits.until) return Error(ErrorCode::Timeout, "no answer in time");
    }
}

Stream::Stream(UniqueFd fd) : fd_(std::move(fd)) {}
Stream::Stream(Stream&&) noexcept = default;
Stream& Stream::operator=(Stream&&) noexcept = default;
Stream::~Stream() = default;

Result<size_t> Stream::read_some(char* to, size_t size) {
    return tls_ ? tls_->read_some(*this, to, size) : receive(to, size);
}

Result<void> Stream::write(std::string_view bytes) {
    return tls_ ? tls_->write(*this, bytes) : send(bytes);
}

Result<size_t> Stream::receive(char* to, size_t size) {
    while (true) {
        const ssize_t got = ::recv(fd_.get(), to, size, MSG_DONTWAIT);
        if (got >= 0) return static_cast<size_t>(got);
        if (errno == ECONNRESET) return size_t{0};
        if (errno == EINTR) continue;
        if (errno != EAGAIN) return Error::from_errno(errno, "recv");
        WW_TRY_VOID(wait_for(fd_.get(), POLLIN, waits_));
    }
}

Result<void> Stream::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent =
            ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) {
            bytes.remove_prefix(static_cast<size_t>(sent));
            continue;
        }
        if (errno == EINTR) continue;
        if (errno == EPIPE || errno == ECONNRESET)
            return Error(ErrorCode::Unavailable, "the connection was closed too early");
        if (errno != EAGAIN) return Error::from_errno(errno, "send");
        WW_TRY_VOID(wait_for(fd_.get(), POLLOUT, waits_));
    }
    return {};
}

}  // namespace ww::fetch
