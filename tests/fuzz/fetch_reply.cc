// SPDX-License-Identifier: BSD-3-Clause
//
// Any bytes as what an HTTP server answers, once and again over a connection that is kept: an
// error, or replies that are no longer than what came.
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/check.h"
#include "fetch/client.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    constexpr size_t kOfASocket = 64 << 10;  // what fits into its buffer, so that nobody waits
    if (size > kOfASocket) return 0;
    int ends[2];
    WW_CHECK(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "socketpair");
    ww::UniqueFd peer(ends[0]);
    ww::fetch::Wire wire{ww::UniqueFd(ends[1])};
    WW_CHECK(::send(peer.get(), data, size, MSG_NOSIGNAL) == static_cast<ssize_t>(size), "send");
    peer = {};
    size_t total = 0;
    for (const char* method : {"GET", "PATCH", "GET", "HEAD"}) {
        bool nothing_came = true;
        const auto reply = read_reply(wire, {.method = method}, nothing_came);
        if (!reply) return 0;
        WW_CHECK(!nothing_came && reply->status >= 200 && reply->status <= 999, "no status");
        total += reply->body.size();
        WW_CHECK(total <= size, "more was read than came");
        if (reply->is_last) return 0;
    }
    return 0;
}
