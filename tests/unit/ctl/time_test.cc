// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/time.h"

#include <ctime>

#include "support/catch.h"

using namespace ww::ctl;

namespace {

constexpr int64_t kNow = 1'800'000'000;
constexpr int64_t kDay = 86400;

/// In local time, as typed.
std::string local(int64_t seconds) {
    const std::time_t time = seconds;
    std::tm parts{};
    ::localtime_r(&time, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%F %T", &parts);
    return text;
}

}  // namespace

TEST_CASE("times are days, times of day, or how long ago", "[ctl][time]") {
    CHECK(*read_time("30m", kNow, DayIs::Begun) == kNow - 1800);
    CHECK(*read_time("2h", kNow, DayIs::Over) == kNow - 7200);
    CHECK(*read_time("3d", kNow, DayIs::Begun) == kNow - 3 * kDay);
    CHECK(*read_time("1w", kNow, DayIs::Begun) == kNow - 7 * kDay);
    CHECK(local(*read_time("2026-07-01", kNow, DayIs::Begun)) == "2026-07-01 00:00:00");
    CHECK(local(*read_time("2026-07-01", kNow, DayIs::Over)) == "2026-07-01 23:59:59");
    CHECK(local(*read_time("2026-07-01 13:30", kNow, DayIs::Over)) == "2026-07-01 13:30:00");
    CHECK(local(*read_time("2026-07-01T13:30:05", kNow, DayIs::Over)) == "2026-07-01 13:30:05");
    for (const char* wrong : {"",
                              "h",
                              "3",
                              "-3h",
                              "3y",
                              "2026-13-01",
                              "2026-07-01 25:00",
                              "soon",
                              "99999999999999999999h",
                              "2026-07-01x"}) {
        CAPTURE(wrong);
        CHECK_FALSE(read_time(wrong, kNow, DayIs::Begun));
    }
}
