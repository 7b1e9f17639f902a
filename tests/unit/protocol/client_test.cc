// SPDX-License-Identifier: BSD-3-Clause
#include "protocol/client.h"

#include <sys/socket.h>

#include <thread>

#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ww::protocol;
using ww::UniqueFd;
using ww::fetch::chunk;
using ww::fetch::Wire;

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

/// Answers each request on `fd` with the next of `answers`, byte for byte; returns the requests.
std::vector<std::string> answer_all(UniqueFd fd, const std::vector<std::string>& answers) {
    Wire wire(std::move(fd));
    std::vector<std::string> requests;
    for (const std::string& answer : answers) {
        const auto head = wire.read_head();
        if (!head || !*head) break;
        const auto body = wire.read_body(**head);
        requests.push_back((*head)->start_line + "|" + (body ? *body : "?"));
        if (!wire.write(answer)) break;
    }
    return requests;
}

std::string with_length(std::string_view head, const std::string& body) {
    return std::string(head) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace

TEST_CASE("the client passes on notes, the reply and problems", "[protocol][client]") {
    const std::string ok = "HTTP/1.1 200 OK\r\n";
    const std::string reply = Json<route::NodeDocument>::reply_line({"text\n"}) + "\n";
    const std::string problem =
        problem_body(to_problem(ww::Error(ww::ErrorCode::NotFound, "no such thing")));
    const std::vector<std::string> answers = {
        with_length(ok,
                    note_line({"warn", "one"}) + "\n" + note_line({"info", "two"}) + "\n" + reply),
        ok + "Transfer-Encoding: chunked\r\n\r\n" + chunk(reply.substr(0, 5)) +
            chunk(reply.substr(5)) + chunk(""),
        with_length("HTTP/1.1 404 Not Found\r\nContent-Type: application/problem+json\r\n",
                    problem),
        with_length(ok, problem_line(to_problem(ww::Error(ww::ErrorCode::Io, "disk full")))),
        with_length("HTTP/1.1 500 Oops\r\n", "plain"),
        with_length(ok, ""),
    };
    Pair pair;
    std::vector<std::string> requests;
    std::thread server([&] { requests = answer_all(std::move(pair.far), answers); });
    Client client(std::move(pair.near));
    std::string notes;
    const auto call = [&] {
        return client.call(route::NodeDocument{}, {{"n1"}, "yaml"}, [&](const Note& note) {
            notes += note.level + ":" + note.text + ";";
        });
    };
    const auto first = call();
    const auto second = call();
    const auto third = call();
    const auto fourth = call();
    const auto fifth = call();
    const auto sixth = call();
    const auto seventh = call();
    server.join();

    REQUIRE(first);
    CHECK(first->text == "text\n");
    CHECK(notes == "warn:one;info:two;");
    CHECK(
        requests.front() ==
        R"(POST /wwd/v1/node/document HTTP/1.1|{"names":["n1"],"form":"yaml","where":{"profiles":[],"images":[],"tags":[]}})");
    REQUIRE(second);
    CHECK(second->text == "text\n");
    REQUIRE_FALSE(third);
    CHECK(third.error().code() == ww::ErrorCode::NotFound);
    CHECK(third.error().message() == "no such thing");
    REQUIRE_FALSE(fourth);
    CHECK(fourth.error().message() == "disk full");
    REQUIRE_FALSE(fifth);
    CHECK(fifth.error().message() == "wwd answered 500 Oops: \"plain\"");
    REQUIRE_FALSE(sixth);
    CHECK(sixth.error().message() == "the daemon sent no reply");
    REQUIRE_FALSE(seventh);
    CHECK(seventh.error().code() == ww::ErrorCode::Unavailable);
}

TEST_CASE("connecting says what is missing", "[protocol][client]") {
    const ww::test::TempDir folder;
    CHECK(Client::connect(folder / "none").error().code() == ww::ErrorCode::NotFound);
    CHECK(Client::connect(std::string(200, 'x')).error().code() == ww::ErrorCode::NotFound);
}
