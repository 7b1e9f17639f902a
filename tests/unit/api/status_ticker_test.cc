// SPDX-License-Identifier: BSD-3-Clause
#include "api/status/ticker.h"

#include <atomic>
#include <future>
#include <map>
#include <mutex>

#include "base/guarded.h"
#include "support/catch.h"

using namespace ww;
using namespace ww::api;
using namespace std::chrono_literals;

namespace {

class FakeBoard {
   public:
    void put(const std::string& node, const std::string& stage) {
        rows_.with([&](auto& rows) { rows[node] = {node, stage, "", "", ++time_}; });
        ++changes_;
    }
    void drop(const std::string& node) {
        rows_.with([&](auto& rows) { rows.erase(node); });
        ++changes_;
    }
    void nothing() { ++changes_; }

    StatusTicker::Board board() {
        return {[this] { return changes_.load(); },
                [this] {
                    std::vector<boot::LastSent> list;
                    rows_.with([&](const auto& rows) {
                        for (const auto& [name, row] : rows) list.push_back(row);
                    });
                    return list;
                }};
    }

   private:
    std::atomic<uint64_t> changes_{0};
    std::atomic<int64_t> time_{0};
    Guarded<std::map<std::string, boot::LastSent>> rows_;
};

constexpr StatusTicker::Limits kQuick{
    .watchers = 3, .others = 2, .look = 1ms, .quiet = std::chrono::hours(1)};

std::future<StatusTicker::News> begin(StatusTicker::Watcher& watcher) {
    auto promise = std::make_shared<std::promise<StatusTicker::News>>();
    watcher.next([promise](StatusTicker::News news) { promise->set_value(std::move(news)); });
    return promise->get_future();
}

StatusTicker::News next(StatusTicker::Watcher& watcher) { return begin(watcher).get(); }

std::string told(const StatusTicker::News& news) {
    std::string text = news.whole ? "all" : "";
    for (const boot::LastSent& row : news.rows)
        text += (text.empty() ? "" : " ") + row.node + "=" + row.stage;
    return text;
}

}  // namespace

TEST_CASE("a watcher hears of all, then of what changed", "[api][ticker]") {
    FakeBoard board;
    board.put("n1", "ipxe");
    board.put("n2", "kernel");
    StatusTicker ticker(board.board(), kQuick);
    const auto watcher = ticker.watch("", true);
    CHECK(told(next(*watcher)) == "all n1=ipxe n2=kernel");
    auto news = begin(*watcher);
    board.put("n2", "image");
    CHECK(told(news.get()) == "n2=image");
}

TEST_CASE("who comes back late hears the last word about each, once", "[api][ticker]") {
    FakeBoard board;
    board.put("n1", "ipxe");
    StatusTicker ticker(board.board(), kQuick);
    const auto watcher = ticker.watch("", true);
    const auto other = ticker.watch("", true);
    (void)next(*watcher);
    (void)next(*other);
    for (int i = 0; i < 1000; ++i) {
        auto news = begin(*other);
        board.put("n1", "image");
        board.put("n2", std::to_string(i));
        (void)news.get();
    }
    std::string all;
    while (all.find("n2=999") == std::string::npos) all += told(next(*watcher)) + "; ";
    // What another had heard of a thousand times was two rows, however the ticks fell.
    CHECK(std::count(all.begin(), all.end(), ';') <= 2);
}

TEST_CASE("a node that goes makes the news whole", "[api][ticker]") {
    FakeBoard board;
    board.put("n1", "ipxe");
    board.put("n2", "ipxe");
    StatusTicker ticker(board.board(), kQuick);
    const auto watcher = ticker.watch("", true);
    (void)next(*watcher);
    auto news = begin(*watcher);
    board.drop("n1");
    CHECK(told(news.get()) == "all n2=ipxe");
}

TEST_CASE("when it ends, those who wait hear so, and those who come later", "[api][ticker]") {
    FakeBoard board;
    StatusTicker ticker(board.board(), kQuick);
    const auto waiting = ticker.watch("", true);
    CHECK_FALSE(next(*waiting).over);
    auto news = begin(*waiting);
    ticker.end();
    CHECK(news.get().over);
    CHECK(next(*waiting).over);
    CHECK(next(*ticker.watch("", true)).over);
}

TEST_CASE("a mark is where to go on from", "[api][ticker]") {
    FakeBoard board;
    board.put("n1", "ipxe");
    board.put("n2", "ipxe");
    StatusTicker ticker(board.board(), kQuick);
    std::string mark;
    {
        const auto first = ticker.watch("", true);
        mark = next(*first).mark;
    }
    board.put("n1", "kernel");
    CHECK(told(next(*ticker.watch(mark, true))) == "n1=kernel");
    for (const char* odd : {"", "x", "0-1", "-1", "99999999999999999999-1"}) {
        INFO(odd);
        CHECK(next(*ticker.watch(odd, true)).whole);
    }
    CHECK(next(*ticker.watch(mark + "9", true)).whole);
}

TEST_CASE("a board that says nothing new is no news, and silence is told", "[api][ticker]") {
    FakeBoard board;
    board.put("n1", "ipxe");
    StatusTicker::Limits limits = kQuick;
    limits.quiet = 1ms;
    StatusTicker ticker(board.board(), limits);
    const auto watcher = ticker.watch("", true);
    const std::string mark = next(*watcher).mark;
    board.nothing();
    const auto silence = next(*watcher);
    CHECK(told(silence).empty());
    CHECK(silence.mark == mark);
}

TEST_CASE("who leaves is woken, and an end wakes nobody twice", "[api][ticker]") {
    FakeBoard board;
    StatusTicker ticker(board.board(), kQuick);
    const auto watcher = ticker.watch("", true);
    (void)next(*watcher);
    auto news = begin(*watcher);
    watcher->wake();
    CHECK(told(news.get()).empty());
    watcher->wake();
}

TEST_CASE("watchers have a bound, and administrators a part of their own", "[api][ticker]") {
    FakeBoard board;
    StatusTicker ticker(board.board(), kQuick);
    const auto one = ticker.watch("", false);
    const auto two = ticker.watch("", false);
    REQUIRE(one);
    REQUIRE(two);
    CHECK_FALSE(ticker.watch("", false));
    {
        const auto admin = ticker.watch("", true);
        CHECK(admin);
        CHECK_FALSE(ticker.watch("", true));
    }
    CHECK(ticker.watch("", true));
}
