// SPDX-License-Identifier: BSD-3-Clause
//
// Any bytes as what the peer of an API socket sends: heads and bodies are read to the end or
// refused, and nothing is longer than its limit.
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "fetch/wire.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    constexpr size_t kOfASocket = 64 << 10;  // what fits into its buffer, so that nobody waits
    if (size > kOfASocket) return 0;
    int ends[2];
    WW_CHECK(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "socketpair");
    ww::UniqueFd peer(ends[0]);
    ww::fetch::Wire wire{ww::UniqueFd(ends[1])};
    WW_CHECK(::send(peer.get(), data, size, MSG_NOSIGNAL) == static_cast<ssize_t>(size), "send");
    peer = {};
    while (true) {
        const auto head = wire.read_head();
        if (!head || !*head) return 0;
        size_t total = 0;
        const auto whole = wire.read_body(**head, [&](std::string_view piece) -> ww::Result<void> {
            total += piece.size();
            return {};
        });
        WW_CHECK(total <= size, "a body is longer than what was sent");
        if (!whole) return 0;
    }
}
