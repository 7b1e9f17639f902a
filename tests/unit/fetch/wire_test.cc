// SPDX-License-Identifier: BSD-3-Clause
#include "fetch/wire.h"

#include <sys/socket.h>

#include "support/catch.h"

using namespace ww::fetch;
using ww::UniqueFd;

namespace {

struct Pair {
    UniqueFd near, far;
    Pair() {
        int fds[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
        near = UniqueFd(fds[0]);
        far = UniqueFd(fds[1]);
    }
};

/// What a Wire makes of these bytes and the end of the connection after them.
struct Parsed {
    std::string start_line, body, error;
};

Parsed parse(std::string_view bytes) {
    Pair pair;
    Wire out(std::move(pair.near));
    REQUIRE(out.write(bytes));
    ::shutdown(out.fd(), SHUT_WR);
    Wire in(std::move(pair.far));
    Parsed result;
    const auto head = in.read_head();
    if (!head) return {"", "", head.error().message()};
    if (!*head) return {"", "", "end"};
    result.start_line = (*head)->start_line;
    const auto body = in.read_body(**head);
    if (body)
        result.body = *body;
    else
        result.error = body.error().message();
    return result;
}

}  // namespace

TEST_CASE("messages are read with their bodies, and broken ones refused", "[fetch][wire]") {
    struct Row {
        std::string bytes;
        std::string start_line, body, error;
    };
    const Row rows[] = {
        {"GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1", "", ""},
        {"A\r\nContent-LENGTH:  3 \r\n\r\nabc", "A", "abc", ""},
        {"A\nContent-Length: 3\n\nabcdef", "A", "abc", ""},
        {"A\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk("ab") + chunk("c") + chunk(""),
         "A",
         "abc",
         ""},
        {"", "", "", "end"},
        {"A\r\nB: c\r\n", "", "", "the connection was closed too early"},
        {"A\r\nContent-Length: 9\r\n\r\nabc", "A", "", "the connection was closed too early"},
        {"A\r\nContent-Length: x\r\n\r\n", "A", "", "not an HTTP/1.1 message: bad length"},
        {"A\r\nContent-Length: -1\r\n\r\n", "A", "", "not an HTTP/1.1 message: bad length"},
        {"A\r\nContent-Length: 999999999999\r\n\r\n", "A", "", "the message is too large"},
        {"A\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\n0\r\n\r\n", "A", "ab", ""},
        {"A\r\nTransfer-Encoding: gzip\r\n\r\n",
         "A",
         "",
         "not an HTTP/1.1 message: unknown transfer encoding"},
        {"A\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
         "A",
         "",
         "not an HTTP/1.1 message: chunk without an end"},
        {"A\r\nno colon\r\n\r\n", "", "", "not an HTTP/1.1 message: header without a colon"},
        {std::string(WireLimits{}.head_bytes + 70000, 'x'), "", "", "the header is too large"},
        {"A\r\n" + std::string(WireLimits{}.head_bytes, 'x') + ": 1\r\n\r\n",
         "",
         "",
         "the header is too large"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.bytes.substr(0, 80));
        const Parsed parsed = parse(row.bytes);
        CHECK(parsed.start_line == row.start_line);
        CHECK(parsed.body == row.body);
        CHECK(parsed.error == row.error);
    }
}
