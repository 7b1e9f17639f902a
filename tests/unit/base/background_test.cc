// SPDX-License-Identifier: BSD-3-Clause
#include "base/background.h"

#include <sched.h>

#include <algorithm>
#include <thread>

#include "support/catch.h"

namespace {

cpu_set_t processors() {
    cpu_set_t all;
    REQUIRE(::sched_getaffinity(0, sizeof all, &all) == 0);
    return all;
}

}  // namespace

TEST_CASE("a processor is left to those who answer", "[base][background]") {
    const cpu_set_t before = processors();
    cpu_set_t inside;
    cpu_set_t of_another;
    std::thread([&] {
        ww::leave_a_processor();
        inside = processors();
        std::thread([&] {
            ww::take_every_processor();
            of_another = processors();
        }).join();
    }).join();
    CHECK(CPU_EQUAL(&before, &of_another));
    CHECK(CPU_COUNT(&inside) == std::max(CPU_COUNT(&before) - 1, 1));
    cpu_set_t both;
    CPU_AND(&both, &before, &inside);
    CHECK(CPU_EQUAL(&both, &inside));
    const cpu_set_t after = processors();
    CHECK(CPU_EQUAL(&before, &after));
}
