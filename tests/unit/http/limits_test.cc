// SPDX-License-Identifier: BSD-3-Clause
#include "http/limits.h"

#include "support/catch.h"

using namespace ww::http;

TEST_CASE("single limits can be set", "[http][limits]") {
    Limits limits;
    REQUIRE(set_limit(limits, "body_stall=1s"));
    CHECK(limits.body_stall == std::chrono::seconds(1));
    REQUIRE(set_limit(limits, "idle=250ms"));
    CHECK(limits.idle == std::chrono::milliseconds(250));
    REQUIRE(set_limit(limits, "connections=3"));
    CHECK(limits.connections == 3);
}

TEST_CASE("nonsense is no limit", "[http][limits]") {
    Limits limits;
    for (const char* text : {"",
                             "=",
                             "idle",
                             "idle=",
                             "idle=0s",
                             "idle=-1s",
                             "idle=5",
                             "idle=5m",
                             "connections=3s",
                             "connections=99999999999",
                             "speed=1s"}) {
        CAPTURE(text);
        const auto outcome = set_limit(limits, text);
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error().code() == ww::ErrorCode::InvalidArgument);
    }
}
