// SPDX-License-Identifier: BSD-3-Clause
#include "enter/channel.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace ww::enter {

namespace {

constexpr size_t kMostText = 4096;

struct Head {
    char word;
    int number;
    size_t text;  // bytes; the rest is the hint
};

}  // namespace

Result<std::pair<UniqueFd, UniqueFd>> make_channel() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return Error::from_errno(errno, "socketpair");
    return std::pair(UniqueFd(ends[0]), UniqueFd(ends[1]));
}

bool send(int channel, const Message& message) {
    const std::string text = message.text.substr(0, kMostText);
    const Head head{static_cast<char>(message.word), message.number, text.size()};
    std::string packet(reinterpret_cast<const char*>(&head), sizeof head);
    packet += text;
    packet += message.hint.substr(0, kMostText);
    ssize_t sent = 0;
    do sent = ::send(channel, packet.data(), packet.size(), MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == static_cast<ssize_t>(packet.size());
}

std::optional<Message> receive(int channel) {
    std::array<char, sizeof(Head) + 2 * kMostText> packet{};
    ssize_t got = 0;
    do got = ::recv(channel, packet.data(), packet.size(), 0);
    while (got < 0 && errno == EINTR);
    if (got < static_cast<ssize_t>(sizeof(Head))) return std::nullopt;
    Head head{};
    std::memcpy(&head, packet.data(), sizeof head);
    const std::string rest(packet.data() + sizeof head, static_cast<size_t>(got) - sizeof head);
    return Message{static_cast<Word>(head.word),
                   head.number,
                   rest.substr(0, head.text),
                   head.text < rest.size() ? rest.substr(head.text) : std::string()};
}

Message failure(const Error& error) {
    return {Word::Failed, static_cast<int>(error.code()), error.headline(), error.hint()};
}

Error error_of(const Message& message) {
    return Error(static_cast<ErrorCode>(message.number), message.text).with_hint(message.hint);
}

}  // namespace ww::enter
