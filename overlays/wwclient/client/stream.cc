// SPDX-License-Identifier: BSD-3-Clause
#include "client/stream.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "client/tls.h"

namespace ww::client {

namespace {

class TcpStream final : public Stream {
   public:
    explicit TcpStream(Socket socket) : socket_(std::move(socket)) {}
    ~TcpStream() override {
        if (at_end_) return;
        // We close first: without this the source port would be blocked for a minute (TIME_WAIT).
        linger reset{1, 0};
        setsockopt(socket_.fd(), SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    }

    Result<void> write(std::string_view bytes) override {
        while (!bytes.empty()) {
            ssize_t sent = send(socket_.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent > 0) {
                bytes.remove_prefix(static_cast<size_t>(sent));
            } else if (errno == EAGAIN) {
                WW_TRY_VOID(socket_.wait(POLLOUT));
            } else if (errno != EINTR) {
                return Error::from_errno(errno, "send");
            }
        }
        return {};
    }

    Result<bool> read(std::string& text) override {
        std::array<char, 64 << 10> buffer;
        while (true) {
            ssize_t got = recv(socket_.fd(), buffer.data(), buffer.size(), 0);
            if (got > 0) {
                text.append(buffer.data(), static_cast<size_t>(got));
                return true;
            }
            if (got == 0) {
                at_end_ = true;
                return false;
            }
            if (errno == EAGAIN) {
                WW_TRY_VOID(socket_.wait(POLLIN));
            } else if (errno != EINTR) {
                return Error::from_errno(errno, "recv");
            }
        }
    }

   private:
    Socket socket_;
    bool at_end_ = false;
};

}  // namespace

Result<std::unique_ptr<Stream>> connect_to(const Endpoint& endpoint, Clock::time_point deadline) {
    WW_TRY(Socket socket, Socket::connect(endpoint, deadline));
    if (endpoint.tls) return start_tls(std::move(socket), endpoint);
    return std::unique_ptr<Stream>(std::make_unique<TcpStream>(std::move(socket)));
}

}  // namespace ww::client
