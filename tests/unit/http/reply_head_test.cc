// SPDX-License-Identifier: BSD-3-Clause
#include "http/reply_head.h"

#include <regex>

#include "support/catch.h"

using namespace ww::http;

namespace {

// The head of a reply, with today's date taken out.
std::string head_of(const Request& request,
                    const Reply& reply,
                    bool keep_alive = true,
                    bool http_1_0 = false) {
    std::string out;
    write_head(reply, plan_body(request, reply), keep_alive, http_1_0, out);
    return std::regex_replace(out, std::regex("Date: [^\r]*"), "Date: NOW");
}

Request get(Headers headers = {}) { return {"GET", "/x", std::move(headers), {}, {}}; }

Reply file(int64_t size, int64_t mtime, std::string etag) {
    Reply reply;
    reply.headers = {{"Content-Type", "application/octet-stream"}};
    reply.body = whole_file({}, size, mtime, std::move(etag));
    return reply;
}

}  // namespace

TEST_CASE("the head of a text", "[http][head]") {
    Reply reply{200, {{"Content-Type", "text"}}, std::string("hello"), {}};
    CHECK(head_of(get(), reply) ==
          "HTTP/1.1 200 OK\r\nContent-Type: text\r\nDate: NOW\r\nContent-Length: 5\r\n\r\n");
    CHECK(head_of(get(), reply, false) ==
          "HTTP/1.1 200 OK\r\nContent-Type: text\r\nDate: NOW\r\nContent-Length: 5\r\nConnection: "
          "close\r\n\r\n");
    CHECK(head_of(get(), reply, true, true) ==
          "HTTP/1.1 200 OK\r\nContent-Type: text\r\nDate: NOW\r\nContent-Length: 5\r\nConnection: "
          "keep-alive\r\n\r\n");
    CHECK(head_of(get({{"Range", "bytes=0-1"}}), reply) == head_of(get(), reply));
    Request head = get();
    head.method = "HEAD";
    CHECK(head_of(head, reply) == head_of(get(), reply));
    CHECK(plan_body(head, reply).length == 0);
    const Reply refusal{400, {}, std::string(), {}};
    CHECK(head_of(get(), refusal) ==
          "HTTP/1.1 400 Bad Request\r\nDate: NOW\r\nContent-Length: 0\r\n\r\n");
    CHECK(head_of(head, refusal) == "HTTP/1.1 400 Bad Request\r\nDate: NOW\r\n\r\n");
}

TEST_CASE("the head of a file", "[http][head]") {
    CHECK(head_of(get(), file(32, 1600000000, "\"a\"")) ==
          "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nAccept-Ranges: bytes\r\n"
          "Last-Modified: Sun, 13 Sep 2020 12:26:40 GMT\r\nETag: \"a\"\r\nDate: "
          "NOW\r\nContent-Length: 32\r\n\r\n");
    CHECK(head_of(get({{"Range", "bytes=6-10"}}), file(32, 0, "")) ==
          "HTTP/1.1 206 Partial Content\r\nContent-Type: "
          "application/octet-stream\r\nAccept-Ranges: bytes\r\n"
          "Content-Range: bytes 6-10/32\r\nDate: NOW\r\nContent-Length: 5\r\n\r\n");
    CHECK(head_of(get({{"Range", "bytes=40-"}}), file(32, 0, "")) ==
          "HTTP/1.1 416 Range Not Satisfiable\r\nAccept-Ranges: bytes\r\n"
          "Content-Range: bytes */32\r\nDate: NOW\r\nContent-Length: 0\r\n\r\n");
    CHECK(head_of(get({{"If-None-Match", "*"}}), file(32, 0, "\"a\"")) ==
          "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nDate: NOW\r\n\r\n");
}

TEST_CASE("what is made anew all the time is sent whole or not at all", "[http][head]") {
    const Reply reply = file(32, 0, "W/\"a\"");
    CHECK(head_of(get({{"Range", "bytes=6-10"}}), reply) ==
          "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nETag: W/\"a\"\r\nDate: "
          "NOW\r\nContent-Length: 32\r\n\r\n");
    CHECK(head_of(get({{"If-None-Match", "W/\"a\""}}), reply) ==
          "HTTP/1.1 304 Not Modified\r\nETag: W/\"a\"\r\nDate: NOW\r\n\r\n");
}

TEST_CASE("a body that happens to be in a file has no validators", "[http][head]") {
    Reply reply = file(32, 1600000000, "\"a\"");
    std::get<FileBody>(reply.body).is_resource = false;
    CHECK(head_of(get({{"Range", "bytes=6-10"}}), reply) ==
          "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nDate: "
          "NOW\r\nContent-Length: 32\r\n\r\n");
}

TEST_CASE("a header cannot break out of its line", "[http][head]") {
    Reply reply{200, {{"X-Good", "1"}, {"X-Bad", "a\r\nSet-Cookie: b"}}, std::string(), {}};
    CHECK(head_of(get(), reply) ==
          "HTTP/1.1 200 OK\r\nX-Good: 1\r\nDate: NOW\r\nContent-Length: 0\r\n\r\n");
}
