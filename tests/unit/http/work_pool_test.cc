// SPDX-License-Identifier: BSD-3-Clause
#include "http/work_pool.h"

#include <atomic>
#include <future>

#include "support/catch.h"

using namespace std::chrono_literals;
using ww::http::WorkPool;

TEST_CASE("a pool tidies up after work, once", "[http][work_pool]") {
    std::atomic<int> tidied{0};
    std::promise<void> first;
    std::promise<void> second;
    WorkPool pool(3, 10, {.after = 1ms, .tidy = [&] {
                              const int turn = ++tidied;
                              if (turn == 1) first.set_value();
                              if (turn == 2) second.set_value();
                          }});
    // While one is at work there is no lull, whatever the others do.
    std::promise<void> release;
    REQUIRE(pool.submit([done = release.get_future().share()] { done.wait(); }));
    for (int i = 0; i < 5; ++i) {
        std::promise<void> ran;
        REQUIRE(pool.submit([&ran] { ran.set_value(); }));
        ran.get_future().wait();
    }
    CHECK(tidied == 0);
    release.set_value();
    first.get_future().wait();
    REQUIRE(pool.submit([] {}));
    second.get_future().wait();
    CHECK(pool.close());
    CHECK(tidied == 2);
}

TEST_CASE("a pool without a lull closes after work", "[http][work_pool]") {
    WorkPool pool(2, 10);
    std::promise<void> ran;
    REQUIRE(pool.submit([&ran] { ran.set_value(); }));
    ran.get_future().wait();
    CHECK(pool.close());
    CHECK_FALSE(pool.submit([] {}));
}
