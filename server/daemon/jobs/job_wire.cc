// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/jobs/job_wire.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

namespace ww::daemon {

namespace {

/// A record is its kind, the length of its text, and that. A hold's descriptor comes with the first
/// byte of it: one each, since the kernel takes no more than 253 at once.
struct Head {
    enum Kind : uint32_t { kHold = 1, kOrder = 2 };
    uint32_t kind = 0;
    uint32_t size = 0;
};

Result<void> send_with(int socket, std::string_view bytes, int descriptor) {
    while (!bytes.empty()) {
        iovec place{const_cast<char*>(bytes.data()), bytes.size()};
        msghdr message{};
        message.msg_iov = &place;
        message.msg_iovlen = 1;
        alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
        if (descriptor >= 0) {
            message.msg_control = control.data();
            message.msg_controllen = control.size();
            cmsghdr* const header = CMSG_FIRSTHDR(&message);
            header->cmsg_level = SOL_SOCKET;
            header->cmsg_type = SCM_RIGHTS;
            header->cmsg_len = CMSG_LEN(sizeof(int));
            std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
        }
        const ssize_t sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) return Error::from_errno(errno, "send to a job's process");
        descriptor = -1;
        bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return {};
}

Result<void> send_record(int socket, Head::Kind kind, std::string_view text, int descriptor) {
    const Head head{kind, static_cast<uint32_t>(text.size())};
    std::string bytes(reinterpret_cast<const char*>(&head), sizeof head);  // bytes of plain numbers
    bytes += text;
    return send_with(socket, bytes, descriptor);
}

/// Fills all of `bytes`; a descriptor that comes is put into `descriptor`.
Result<void> receive_exactly(int socket, char* bytes, size_t size, UniqueFd& descriptor) {
    while (size > 0) {
        iovec place{bytes, size};
        msghdr message{};
        message.msg_iov = &place;
        message.msg_iovlen = 1;
        alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        const ssize_t got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Error::from_errno(errno, "receive the order of a job");
        if (got == 0) return Error(ErrorCode::Unavailable, "no order came");
        const cmsghdr* const header = CMSG_FIRSTHDR(&message);
        if (header != nullptr && header->cmsg_type == SCM_RIGHTS) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
            descriptor = UniqueFd(fd);
        }
        bytes += got;
        size -= static_cast<size_t>(got);
    }
    return {};
}

/// Until there is something to read, or the end. False: it was enough before.
bool wait_for_more(int socket, int enough) {
    std::array<pollfd, 2> waits{{{socket, POLLIN, 0}, {enough, POLLIN, 0}}};
    while (::poll(waits.data(), waits.size(), -1) < 0) {  // EINTR
    }
    return waits[1].revents == 0;
}

Error bad_order(std::string_view why) {
    return {ErrorCode::InvalidArgument, fmt::format("not the order of a job: {}", why)};
}

}  // namespace

Result<void> send_order(int socket, std::string_view order, const std::vector<jobs::Hold>& holds) {
    if (order.size() > kMaxOrderBytes)
        return Error(ErrorCode::TooLarge,
                     fmt::format("the request of a job has more than {} bytes", kMaxOrderBytes));
    for (const jobs::Hold& hold : holds)
        WW_TRY_VOID(send_record(socket, Head::kHold, hold.path(), hold.fd()));
    return send_record(socket, Head::kOrder, order, -1);
}

Result<OrderPacket> receive_order(int socket) {
    OrderPacket packet;
    while (true) {
        Head head;
        UniqueFd descriptor;
        WW_TRY_VOID(
            receive_exactly(socket, reinterpret_cast<char*>(&head), sizeof head, descriptor));
        if (head.size > kMaxOrderBytes)
            return Error(ErrorCode::TooLarge,
                         fmt::format("the order of a job has more than {} bytes", kMaxOrderBytes));
        std::string text(head.size, '\0');
        UniqueFd no_other;
        WW_TRY_VOID(receive_exactly(socket, text.data(), text.size(), no_other));
        if (head.kind == Head::kOrder) {
            packet.order = std::move(text);
            return packet;
        }
        if (head.kind != Head::kHold || !descriptor.valid()) return bad_order("an odd record");
        if (packet.holds.size() == kMaxOrderHolds)
            return Error(ErrorCode::TooLarge,
                         fmt::format("a job holds more than {} things", kMaxOrderHolds));
        packet.holds.emplace_back(LockFile(std::move(text), std::move(descriptor)));
    }
}

Result<void> send_all(int socket, std::string_view bytes) { return send_with(socket, bytes, -1); }

void read_over(int socket, int enough) {
    std::array<char, 64 << 10> buffer;
    while (wait_for_more(socket, enough)) {
        const ssize_t got = ::recv(socket, buffer.data(), buffer.size(), 0);
        if (got == 0 || (got < 0 && errno != EINTR)) return;
    }
}

Result<void> read_lines(int socket,
                        int enough,
                        const std::function<Result<void>(std::string_view)>& line) {
    std::string pending;
    std::array<char, 64 << 10> buffer;
    while (true) {
        if (!wait_for_more(socket, enough))
            return Error(ErrorCode::Timeout, "a job's process says nothing, and does not end");
        const ssize_t got = ::recv(socket, buffer.data(), buffer.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        // A peer that died with something of ours unread resets the connection: that is an end.
        if (got == 0 || (got < 0 && errno == ECONNRESET)) return {};
        if (got < 0) return Error::from_errno(errno, "read what a job's process says");
        pending.append(buffer.data(), static_cast<size_t>(got));
        size_t start = 0;
        for (size_t end = pending.find('\n'); end != std::string::npos;
             end = pending.find('\n', start)) {
            WW_TRY_VOID(line(std::string_view(pending).substr(start, end - start)));
            start = end + 1;
        }
        pending.erase(0, start);
        if (pending.size() > kMaxJobLineBytes)
            return Error(
                ErrorCode::TooLarge,
                fmt::format("a line of a job's process has more than {} bytes", kMaxJobLineBytes));
    }
}

}  // namespace ww::daemon
