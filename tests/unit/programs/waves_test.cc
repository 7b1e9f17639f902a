// SPDX-License-Identifier: BSD-3-Clause
#include "programs/waves.h"

#include <algorithm>
#include <map>
#include <set>

#include "support/catch.h"

using std::chrono::seconds;
using ww::programs::in_waves;
using ww::programs::pace_of;
using ww::programs::Rate;
using Waves = std::vector<std::vector<size_t>>;

TEST_CASE("machines are switched on in waves that no breaker minds", "[programs]") {
    CHECK(in_waves({}, {}).empty());
    CHECK(in_waves({"", "", ""}, {}) == Waves{{0, 1, 2}});
    CHECK(in_waves({"", "", ""}, {.batch = 2}) == Waves{{0, 1}, {2}});
    CHECK(in_waves({"a", "a", "b", "a", "b", ""}, {.per_group = 1}) ==
          Waves{{0, 2, 5}, {1, 4}, {3}});
    CHECK(in_waves({"a", "a", "b", "b"}, {.batch = 3, .per_group = 2}) == Waves{{0, 1, 2}, {3}});
    CHECK(in_waves({"a", "a", "a", "b", "c"}, {.batch = 2, .per_group = 1}) ==
          Waves{{0, 3}, {1, 4}, {2}});
}

TEST_CASE("each machine is in one wave, and no wave is over a limit", "[programs]") {
    std::vector<std::string> groups;
    for (size_t i = 0; i < 500; ++i)
        groups.push_back(std::string(1, static_cast<char>('a' + i * i % 7)));
    for (const Rate rate : {Rate{10, 3}, {0, 4}, {7, 0}, {1, 1}}) {
        std::set<size_t> seen;
        for (const auto& wave : in_waves(groups, rate)) {
            std::map<std::string, size_t> of_group;
            CHECK_FALSE(wave.empty());
            for (const size_t i : wave) {
                CHECK(seen.insert(i).second);
                ++of_group[groups[i]];
            }
            if (rate.batch > 0) CHECK(wave.size() <= rate.batch);
            for (const auto& [name, count] : of_group)
                if (rate.per_group > 0) CHECK(count <= rate.per_group);
        }
        CHECK(seen.size() == groups.size());
    }
}

TEST_CASE("waves are for who begins to draw power", "[programs]") {
    const auto grouped = pace_of({}, seconds(0), true, true);
    CHECK(grouped.in_waves);
    CHECK(grouped.rate.per_group == 1);
    CHECK(grouped.pause == seconds(1));
    const auto batch = pace_of({.batch = 20}, seconds(5), true, false);
    CHECK(batch.in_waves);
    CHECK(batch.rate.batch == 20);
    CHECK(batch.pause == seconds(5));
    // Who only asks, or switches off, may still be asked to take its time.
    const auto calm = pace_of({.batch = 20}, seconds(5), false, true);
    CHECK_FALSE(calm.in_waves);
    CHECK(calm.rate.batch == 1);
    CHECK(pace_of({.batch = 20}, seconds(0), false, false).rate.batch == 0);
}
