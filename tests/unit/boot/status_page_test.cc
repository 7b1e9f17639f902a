// SPDX-License-Identifier: BSD-3-Clause
#include "boot/status_page.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nodes/snapshot.h"
#include "support/catch.h"

using namespace ww;
using namespace std::chrono_literals;
using boot::StatusPage;

namespace {

struct Bench {
    explicit Bench(int nodes) {
        nodes::Registry registry;
        for (int n = 0; n < nodes; ++n) registry.nodes[fmt::format("n{}", n)] = {};
        snapshot = *nodes::Snapshot::build(registry, {}, 1);
    }

    void record(const char* node) {
        board.record({.node = node, .sent = "x", .peer_address = "p"}, 7);
    }
    boot::FileBody get() {
        auto answer = page.get(board, *snapshot);
        REQUIRE(answer.status == 200);
        return std::move(std::get<boot::FileBody>(answer.body));
    }

    std::shared_ptr<const nodes::Snapshot> snapshot;
    boot::StatusBoard board;
    std::chrono::steady_clock::time_point now{1h};
    StatusPage page{[this] { return now; }};
};

std::string text_of(const boot::FileBody& body) {
    std::string text(static_cast<size_t>(body.size), '\0');
    REQUIRE(::pread(body.fd.get(), text.data(), text.size(), 0) == body.size);
    return text;
}

ino_t memory_of(const boot::FileBody& body) {
    struct stat status{};
    REQUIRE(::fstat(body.fd.get(), &status) == 0);
    return status.st_ino;
}

}  // namespace

TEST_CASE("replies with a status share one document and its tag", "[boot][status]") {
    Bench bench(1000);
    CHECK_FALSE(bench.page.kept(bench.board, *bench.snapshot));
    const auto first = bench.get();
    CHECK(first.size > StatusPage::kShort);
    const auto second = bench.get();
    CHECK(memory_of(first) == memory_of(second));
    CHECK(first.etag == second.etag);
    CHECK(first.etag.starts_with("W/\""));
    CHECK(bench.page.kept(bench.board, *bench.snapshot));
    // Nothing changed: however old.
    bench.now += 24h;
    CHECK(memory_of(bench.get()) == memory_of(first));
}

TEST_CASE("a long status is made anew once a second at most", "[boot][status]") {
    Bench bench(1000);
    const auto first = bench.get();
    bench.record("n7");
    bench.now += StatusPage::kFresh - 1ms;
    CHECK(memory_of(bench.get()) == memory_of(first));
    bench.now += 1ms;
    CHECK_FALSE(bench.page.kept(bench.board, *bench.snapshot));
    const auto second = bench.get();
    CHECK(memory_of(second) != memory_of(first));
    CHECK(second.etag != first.etag);
    CHECK(text_of(second).find("\"last seen\": 7") != std::string::npos);
    // The old one is whole as long as somebody reads it.
    CHECK(text_of(first).find("\"last seen\": 7") == std::string::npos);
}

TEST_CASE("a short status is never old", "[boot][status]") {
    Bench bench(3);
    const auto first = bench.get();
    bench.record("n1");
    CHECK(text_of(bench.get()).find("\"last seen\": 7") != std::string::npos);
    bench.snapshot = *nodes::Snapshot::build({}, {}, 2);
    CHECK(text_of(bench.get()) == bench.board.to_json(*bench.snapshot));
}
