// SPDX-License-Identifier: BSD-3-Clause
#include "http/body_parts.h"

#include <future>
#include <random>
#include <string>

#include "support/catch.h"
#include "unit/http/running.h"

using namespace ww::http;
using namespace ww::http::test;

namespace {

std::string by_chance(size_t size) {
    std::mt19937 random(5);
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
}

// Its bytes, and where they lie.
struct Spread {
    explicit Spread(const std::vector<size_t>& lengths) {
        size_t total = 0;
        for (const size_t length : lengths) total += length;
        bytes = by_chance(total);
        size_t from = 0;
        for (const size_t length : lengths) {
            // Each somewhere in a file of its own.
            const std::string file = "before" + bytes.substr(from, length) + "after";
            parts.push_back(
                {std::make_shared<const ww::UniqueFd>(ww::memory_file("t", file).value()),
                 6,
                 static_cast<int64_t>(length)});
            from += length;
        }
    }
    FileBody body() const {
        FileBody body;
        body.parts = parts;
        body.size = static_cast<int64_t>(bytes.size());
        body.mtime = 1600000000;
        body.etag = "\"e\"";
        return body;
    }

    std::string bytes;
    std::vector<ww::FileSpan> parts;
};

}  // namespace

TEST_CASE("a range is cut out of parts, whatever borders it crosses", "[http][parts]") {
    const Spread spread({3, 1, 5, 2});
    for (int64_t first = 0; first <= 11; ++first)
        for (int64_t length = 0; first + length <= 11; ++length) {
            std::string text;
            for (const ww::FileSpan& part : cut_parts(spread.parts, first, length)) {
                CHECK(part.length > 0);
                std::string piece(static_cast<size_t>(part.length), '\0');
                REQUIRE(::pread(part.file->get(), piece.data(), piece.size(), part.offset) ==
                        part.length);
                text += piece;
            }
            CHECK(text ==
                  spread.bytes.substr(static_cast<size_t>(first), static_cast<size_t>(length)));
        }
}

TEST_CASE("a body in parts arrives as if it were one file", "[http][parts]") {
    // Parts that fit into a packet, and one of several slices.
    const Spread spread({700, 5'000'003, 1, 70'000, 9});
    std::promise<Delivery> delivered;
    Running running([&](const Request&, Responder respond) {
        Reply reply;
        reply.body = spread.body();
        reply.delivered = [&](const Delivery& d) { delivered.set_value(d); };
        respond(std::move(reply));
    });
    Client client(running.port);

    SECTION("whole") {
        client.send(kGet);
        CHECK((body_of(client.read_reply()) == spread.bytes));
        const Delivery delivery = delivered.get_future().get();
        CHECK(delivery.bytes == static_cast<int64_t>(spread.bytes.size()));
        CHECK(delivery.complete);
    }
    SECTION("from within one part to within another") {
        client.send("GET /x HTTP/1.1\r\nHost: h\r\nRange: bytes=690-5070706\r\n\r\n");
        const std::string reply = client.read_reply();
        CHECK(reply.find("Content-Range: bytes 690-5070706/5070713") != std::string::npos);
        CHECK((body_of(reply) == spread.bytes.substr(690, 5'070'017)));
    }
    SECTION("the last bytes, if it is still the same") {
        client.send("GET /x HTTP/1.1\r\nHost: h\r\nRange: bytes=-12\r\nIf-Range: \"e\"\r\n\r\n");
        CHECK(body_of(client.read_reply()) == spread.bytes.substr(spread.bytes.size() - 12));
    }
    SECTION("not at all, if nothing changed") {
        client.send("GET /x HTTP/1.1\r\nHost: h\r\nIf-None-Match: \"e\"\r\n\r\n");
        const std::string reply = client.read_until("\r\n\r\n");
        CHECK(reply.starts_with("HTTP/1.1 304 "));
        CHECK(delivered.get_future().get().bytes == 0);
    }
}

TEST_CASE("a part that became shorter ends the connection", "[http][parts]") {
    const Spread spread({100, 200, 300});
    REQUIRE(::ftruncate(spread.parts[1].file->get(), 56) == 0);
    std::promise<Delivery> delivered;
    Running running([&](const Request&, Responder respond) {
        Reply reply;
        reply.body = spread.body();
        reply.delivered = [&](const Delivery& d) { delivered.set_value(d); };
        respond(std::move(reply));
    });
    Client client(running.port);
    client.send(kGet);
    CHECK(body_of(client.read_all()) == spread.bytes.substr(0, 150));
    CHECK_FALSE(delivered.get_future().get().complete);
}
