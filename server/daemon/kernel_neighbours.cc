// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/kernel_neighbours.h"

#include <fmt/format.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace ww::daemon {

namespace {

// Far more than an answer about one route or one neighbour takes.
constexpr size_t kAnswerBytes = 8192;

template <class T>
void append(std::string& out, const T& value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

// Header, fixed part and one attribute that holds the address; all of them end on multiples of 4.
template <class Fixed>
std::string question(uint16_t type, const Fixed& fixed, uint16_t attribute, uint32_t network_v4) {
    nlmsghdr header{};
    header.nlmsg_len =
        static_cast<uint32_t>(sizeof header + sizeof fixed + sizeof(rtattr) + sizeof network_v4);
    header.nlmsg_type = type;
    header.nlmsg_flags = NLM_F_REQUEST;
    std::string out;
    append(out, header);
    append(out, fixed);
    append(out, rtattr{static_cast<uint16_t>(sizeof(rtattr) + sizeof network_v4), attribute});
    append(out, network_v4);
    return out;
}

std::string hwaddr_text(std::string_view bytes) {
    std::string out;
    for (const char byte : bytes)
        out += fmt::format("{}{:02x}", out.empty() ? "" : ":", static_cast<unsigned char>(byte));
    return out;
}

Error cannot_say(int reason, const char* what) {
    return Error::from_errno(reason, what).with_code(ErrorCode::Unavailable);
}

}  // namespace

// The fixed part of an answer, and what comes behind it by kind.
struct KernelNeighbours::Attributes {
    std::string bytes;

    template <class Fixed>
    Fixed fixed() const {
        Fixed out{};
        bytes.copy(reinterpret_cast<char*>(&out), sizeof out);
        return out;
    }
    std::optional<std::string_view> find(size_t fixed_bytes, uint16_t kind) const {
        std::string_view rest(bytes);
        rest.remove_prefix(std::min(rest.size(), NLMSG_ALIGN(fixed_bytes)));
        while (rest.size() >= sizeof(rtattr)) {
            rtattr head{};
            rest.copy(reinterpret_cast<char*>(&head), sizeof head);
            if (head.rta_len < sizeof head || head.rta_len > rest.size()) break;
            if ((head.rta_type & NLA_TYPE_MASK) == kind)
                return rest.substr(sizeof head, head.rta_len - sizeof head);
            rest.remove_prefix(std::min<size_t>(rest.size(), RTA_ALIGN(head.rta_len)));
        }
        return std::nullopt;
    }
};

KernelNeighbours::KernelNeighbours()
    : socket_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)) {}

// Nothing: the kernel says that there is no such thing. Its answer is there when send(2) returns.
Result<std::optional<KernelNeighbours::Attributes>> KernelNeighbours::ask(std::string request) {
    if (!socket_.valid()) return Error(ErrorCode::Unavailable, "there is no netlink socket");
    const std::lock_guard lock(mutex_);
    const uint32_t sequence = ++sequence_;
    std::memcpy(request.data() + offsetof(nlmsghdr, nlmsg_seq), &sequence, sizeof sequence);
    if (::send(socket_.get(), request.data(), request.size(), MSG_DONTWAIT) < 0)
        return cannot_say(errno, "ask the kernel for a neighbour");
    std::array<char, kAnswerBytes> buffer;
    while (true) {
        const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return cannot_say(errno, "hear of a neighbour from the kernel");
        nlmsghdr header{};
        if (static_cast<size_t>(got) < sizeof header) continue;
        std::memcpy(&header, buffer.data(), sizeof header);
        if (header.nlmsg_seq != sequence) continue;  // of a question that was given up
        const std::string_view rest(buffer.data() + sizeof header,
                                    static_cast<size_t>(got) - sizeof header);
        if (header.nlmsg_type != NLMSG_ERROR) return std::optional(Attributes{std::string(rest)});
        int reason = 0;
        rest.copy(reinterpret_cast<char*>(&reason), sizeof reason);
        if (reason == -ENOENT || reason == -ENETUNREACH || reason == -EHOSTUNREACH)
            return std::optional<Attributes>();
        return cannot_say(-reason, "the kernel's answer about a neighbour");
    }
}

Result<std::optional<std::string>> KernelNeighbours::find(const IpAddress& address) {
    const auto nobody = std::optional<std::string>();
    uint32_t network_v4 = 0;  // in network order
    std::memcpy(&network_v4, address.bytes().data() + 12, sizeof network_v4);

    rtmsg route{};
    route.rtm_family = AF_INET;
    route.rtm_dst_len = 32;
    WW_TRY(const auto way, ask(question(RTM_GETROUTE, route, RTA_DST, network_v4)));
    // Behind a router it is no neighbour.
    if (!way || way->find(sizeof route, RTA_GATEWAY) || way->find(sizeof route, RTA_VIA))
        return nobody;
    const auto device = way->find(sizeof route, RTA_OIF);
    ndmsg neighbour{};
    if (!device || device->size() != sizeof neighbour.ndm_ifindex) return nobody;
    neighbour.ndm_family = AF_INET;
    device->copy(reinterpret_cast<char*>(&neighbour.ndm_ifindex), device->size());
    WW_TRY(const auto known, ask(question(RTM_GETNEIGH, neighbour, NDA_DST, network_v4)));
    if (!known || (known->fixed<ndmsg>().ndm_state & NUD_NOARP) != 0) return nobody;
    const auto hwaddr = known->find(sizeof neighbour, NDA_LLADDR);
    // All zeros: it has not answered.
    if (!hwaddr || hwaddr->find_first_not_of('\0') == std::string_view::npos) return nobody;
    return std::optional(hwaddr_text(*hwaddr));
}

}  // namespace ww::daemon
