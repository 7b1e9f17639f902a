// SPDX-License-Identifier: BSD-3-Clause
#include "http/request_parser.h"

#include "support/catch.h"

using namespace ww::http;
using State = RequestParser::State;

namespace {

// Offers `text` as a connection does: what is not used comes again, with more behind it.
void feed(RequestParser& parser, std::string_view text, size_t piece) {
    std::string pending;
    while (parser.state() != State::Done && parser.state() != State::Failed) {
        const size_t used = parser.put(pending);
        pending.erase(0, used);
        if (parser.state() == State::Done || parser.state() == State::Failed) return;
        if (used > 0 && !pending.empty()) continue;
        if (text.empty()) return;
        pending += text.substr(0, piece);
        text.remove_prefix(std::min(piece, text.size()));
    }
}

}  // namespace

TEST_CASE("a request is the same however it arrives", "[http][parser]") {
    const std::string text =
        "POST /ipxe/aa?x=1 HTTP/1.1\r\nHost: h\r\nX-Thing:  some thing \r\nContent-Length: "
        "5\r\n\r\nhello";
    for (size_t piece = 1; piece <= text.size(); ++piece) {
        CAPTURE(piece);
        const Limits limits;
        RequestParser parser(limits, true);
        feed(parser, text, piece);
        REQUIRE(parser.state() == State::Done);
        const Request& request = parser.request();
        CHECK(request.method == "POST");
        CHECK(request.target == "/ipxe/aa?x=1");
        CHECK(request.path() == "/ipxe/aa");
        CHECK(request.query() == "x=1");
        CHECK(find(request.headers, "x-thing") == std::optional<std::string_view>("some thing"));
        CHECK(request.body == "hello");
        CHECK(parser.keep_alive());
    }
}

TEST_CASE("pipelined requests come one at a time", "[http][parser]") {
    const Limits limits;
    RequestParser parser(limits, false);
    std::string_view bytes = "GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n";
    bytes.remove_prefix(parser.put(bytes));
    REQUIRE(parser.state() == State::Done);
    CHECK(parser.request().target == "/a");
    parser.next();
    bytes.remove_prefix(parser.put(bytes));
    REQUIRE(parser.state() == State::Done);
    CHECK(parser.request().target == "/b");
    CHECK(bytes.empty());
}

TEST_CASE("who may keep the connection", "[http][parser]") {
    struct Row {
        const char* text;
        bool keep_alive;
    };
    const Row rows[] = {
        {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", true},
        {"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", false},
        {"GET / HTTP/1.0\r\n\r\n", false},
        {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const Limits limits;
        RequestParser parser(limits, false);
        feed(parser, row.text, 1000);
        REQUIRE(parser.state() == State::Done);
        CHECK(parser.keep_alive() == row.keep_alive);
    }
}

TEST_CASE("chunked bodies are put together", "[http][parser]") {
    const std::string text =
        "PUT /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
        "chunked\r\n\r\n3\r\nabc\r\n2;q=1\r\nde\r\n0\r\nT: 1\r\n\r\n";
    for (const size_t piece : {size_t{1}, size_t{7}, size_t{1000}}) {
        const Limits limits;
        RequestParser parser(limits, true);
        feed(parser, text, piece);
        REQUIRE(parser.state() == State::Done);
        CHECK(parser.request().body == "abcde");
    }
}

TEST_CASE("what frames chunks is bounded, and trailers are ignored", "[http][parser]") {
    Limits limits;
    limits.head_bytes = 300;
    limits.body_bytes = 1000;
    const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    std::string many_chunks;
    for (int n = 0; n < 900; ++n) many_chunks += "1;a=b\r\nx\r\n";
    std::string many_trailers = "0\r\n";
    for (int n = 0; n < 100; ++n) many_trailers += "T: 1\r\n";
    struct Row {
        const char* what;
        std::string body;
        int status;  // 0: taken
    };
    const Row rows[] = {
        {"an extension", "1;a=" + std::string(200, 'b') + "\r\nx\r\n0\r\n\r\n", 0},
        {"an extension without end", "1;a=" + std::string(400, 'b'), 413},
        {"extensions, together",
         "1;a=" + std::string(200, 'b') + "\r\nx\r\n1;a=" + std::string(200, 'b') + "\r\nx\r\n",
         413},
        {"chunks that are framing more than anything", many_chunks, 413},
        {"a trailer", "0\r\nTrailer: 1\r\n\r\n", 0},
        {"a trailer without end", "0\r\nT: " + std::string(400, 'b'), 413},
        {"many trailers", many_trailers + "\r\n", 413},
        {"as much body as may be", "3e8\r\n" + std::string(1000, 'x') + "\r\n0\r\n\r\n", 0},
    };
    for (const Row& row : rows)
        for (const size_t piece : {size_t{1}, size_t{100}, size_t{100'000}}) {
            CAPTURE(row.what, piece);
            RequestParser parser(limits, true);
            feed(parser, head + row.body, piece);
            REQUIRE(parser.state() == (row.status == 0 ? State::Done : State::Failed));
            if (row.status != 0) CHECK(parser.failure() == row.status);
            CHECK(parser.request().headers.size() == 2);
        }
}

TEST_CASE("an absolute target is reduced to its path", "[http][parser]") {
    const Limits limits;
    RequestParser parser(limits, false);
    feed(parser, "GET http://h:9873/ipxe/aa?b HTTP/1.1\r\nHost: h\r\n\r\n", 1000);
    REQUIRE(parser.state() == State::Done);
    CHECK(parser.request().target == "/ipxe/aa?b");
}

TEST_CASE("what is refused, and how", "[http][parser]") {
    Limits limits;
    limits.target_bytes = 100;
    limits.head_bytes = 300;
    limits.body_bytes = 10;
    const std::string host = "Host: h\r\n";
    struct Row {
        std::string text;
        int status;  // 0: taken
    };
    const Row rows[] = {
        {"GET /" + std::string(99, 'a') + " HTTP/1.1\r\n" + host + "\r\n", 0},
        {"GET /" + std::string(100, 'a') + " HTTP/1.1\r\n" + host + "\r\n", 414},
        {"GET / HTTP/1.1\r\n" + host + "X: " + std::string(300, 'a') + "\r\n\r\n", 431},
        {"POST / HTTP/1.1\r\n" + host + "Content-Length: 10\r\n\r\n0123456789", 0},
        {"POST / HTTP/1.1\r\n" + host + "Content-Length: 11\r\n\r\n01234567890", 413},
        {"POST / HTTP/1.1\r\n" + host +
             "Transfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n",
         413},
        {"POST / HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400},
        {"POST / HTTP/1.1\r\n" + host + "Content-Length: x\r\n\r\nab", 400},
        {"POST / HTTP/1.1\r\n" + host +
             "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         400},
        {"GET / HTTP/1.1\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" + host + host + "\r\n", 400},
        {"GET /a b HTTP/1.1\r\n" + host + "\r\n", 400},
        {"GET / HTTP/2.0\r\n" + host + "\r\n", 400},
        {"GET / HTTP/1.1\r\n" + host + "Expect: cake\r\n\r\n", 417},
        {"\x16\x03\x01", 400},
        {"GET\r\n\r\n", 400},
        {std::string("GET /\0 HTTP/1.1\r\n", 17) + host + "\r\n", 400},
        {"GET / HTTP/1.1\r\n" + host + "Bad Name: x\r\n\r\n", 400},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        RequestParser parser(limits, true);
        feed(parser, row.text, 16);
        CHECK(parser.failure() == row.status);
        CHECK((parser.state() == State::Done) == (row.status == 0));
    }
}
