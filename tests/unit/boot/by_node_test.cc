// SPDX-License-Identifier: BSD-3-Clause
#include "boot/by_node.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <map>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include "support/catch.h"

using namespace ww;

namespace {

using Rows = std::map<std::string, int>;

}  // namespace

TEST_CASE("each node has one row, and all of them are in the parts", "[boot][by_node]") {
    boot::ByNode<Rows> table;
    for (int i = 0; i < 1000; ++i) {
        const std::string node = fmt::format("n{}", i % 500);
        table.with(node, [&](Rows& part) { ++part[node]; });
    }
    Rows all;
    table.with_each([&](const Rows& part) { all.insert(part.begin(), part.end()); });
    CHECK(all.size() == 500);
    CHECK(std::ranges::all_of(all, [](const auto& row) { return row.second == 2; }));
}

TEST_CASE("who stands still in one part keeps few from their rows", "[boot][by_node]") {
    constexpr int kNodes = 64;
    constexpr int kMostInOnePart = 8;
    boot::ByNode<Rows> table;
    std::counting_semaphore<> written(0);
    std::promise<void> go_on;
    std::vector<std::thread> threads;
    std::promise<void> stands;
    threads.emplace_back([&] {
        table.with("n0", [&](Rows&) {
            stands.set_value();
            go_on.get_future().wait();
        });
    });
    stands.get_future().wait();
    for (int i = 1; i < kNodes; ++i)
        threads.emplace_back([&, node = fmt::format("n{}", i)] {
            table.with(node, [&](Rows& part) { part[node] = 1; });
            written.release();
        });
    for (int i = 1; i < kNodes - kMostInOnePart; ++i) written.acquire();
    go_on.set_value();
    for (std::thread& thread : threads) thread.join();
}
