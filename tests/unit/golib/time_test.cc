// SPDX-License-Identifier: BSD-3-Clause
//
// Expected texts are those of Go 1.26's time package.
#include "golib/time.h"

#include "support/catch.h"

using namespace ww::golib;

namespace {

// 2024-05-06 07:08:09.123456789 UTC, a Monday.
const Time kSample{1714979289, 123456789, nullptr};

std::string parsed(std::string_view layout, std::string_view text, const Zone* zone = nullptr) {
    const auto time = parse_time(layout, text, zone);
    return time ? to_string(*time) : "refused";
}

}  // namespace

TEST_CASE("times print by layouts", "[tmpl][time]") {
    struct Row {
        const char* layout;
        const char* text;
    };
    const Row rows[] = {
        {"2006-01-02T15:04:05Z07:00", "2024-05-06T07:08:09Z"},
        {"Monday, 02-Jan-06 15:04:05 MST", "Monday, 06-May-24 07:08:09 UTC"},
        {"Mon Jan _2 3:04PM 2006", "Mon May  6 7:08AM 2024"},
        {"Jan 2 03:4:5 pm", "May 6 07:8:9 am"},
        {"05.000 05.999999 05,00 05.9999999999", "09.123 09.123456 09,12 09.123456789"},
        {"-0700 -07:00 -07 -070000 Z0700", "+0000 +00:00 +00 +000000 Z"},
        {"002 __2 January", "127 127 May"},
        {"1/2/06 Janus Month .0x", "5/6/24 Janus Month .1x"},
        {"_2006 no parts", "_2024 no parts"},
        {"", ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.layout);
        CHECK(format_time(kSample, row.layout) == row.text);
    }
    CHECK(to_string(kSample) == "2024-05-06 07:08:09.123456789 +0000 UTC");
    CHECK(to_string(Time::zero()) == "0001-01-01 00:00:00 +0000 UTC");
    CHECK(Time::zero().is_zero());
    Time there = kSample;
    there.zone = fixed_zone("", -(3 * 3600 + 1800));
    CHECK(to_string(there) == "2024-05-06 03:38:09.123456789 -0330 -0330");
}

TEST_CASE("the calendar holds before 1970 and over leap years", "[tmpl][time]") {
    const auto at = civil({-1, 0, nullptr});
    CHECK(at.year == 1969);
    CHECK((at.month == 12 && at.day == 31 && at.hour == 23 && at.second == 59));
    CHECK(at.weekday == 3);
    CHECK(at.year_day == 365);
    CHECK(civil(from_civil({.year = 2024, .month = 2, .day = 30}, 0, nullptr)).month == 3);
    CHECK(civil(from_civil({.year = 2024, .month = 14, .day = 1}, 0, nullptr)).year == 2025);
    CHECK(from_civil({.year = 2000, .month = 3, .day = 1}, 0, nullptr).seconds == 951868800);
}

TEST_CASE("times are read by layouts", "[tmpl][time]") {
    CHECK(parsed("2006-01-02", "2024-02-29") == "2024-02-29 00:00:00 +0000 UTC");
    CHECK(parsed("2006-01-02", "2023-02-29") == "refused");
    CHECK(parsed("2006-01-02", "2024-1-2") == "refused");
    CHECK(parsed("2006-1-2", "2024-1-02") == "2024-01-02 00:00:00 +0000 UTC");
    CHECK(parsed("2006-01-02", "2024-01-02x") == "refused");
    CHECK(parsed("Jan _2 2006", "may  6 2024") == "2024-05-06 00:00:00 +0000 UTC");
    CHECK(parsed("3:04PM", "12:30AM") == "0000-01-01 00:30:00 +0000 UTC");
    CHECK(parsed("15:04:05", "01:02:03.5") == "0000-01-01 01:02:03.5 +0000 UTC");
    CHECK(parsed("15:04:05", "25:00:00") == "refused");
    CHECK(parsed("15:04 -0700", "10:00 +0200") == "0000-01-01 10:00:00 +0200 +0200");
    CHECK(parsed("15:04 Z07:00", "10:00 Z") == "0000-01-01 10:00:00 +0000 UTC");
    CHECK(parsed("15:04 MST", "10:00 CEST") == "0000-01-01 10:00:00 +0000 CEST");
    CHECK(parsed("15:04 MST", "10:00 GMT+3") == "0000-01-01 13:00:00 +0300 GMT+3");
    CHECK(parsed("2006 002", "2024 060") == "2024-02-29 00:00:00 +0000 UTC");
    CHECK(parsed("06", "69") == "1969-01-01 00:00:00 +0000 UTC");
    CHECK(parsed("06", "68") == "2068-01-01 00:00:00 +0000 UTC");
}

TEST_CASE("zones follow the tz database, also beyond its last entry", "[tmpl][time]") {
    const Zone* berlin = find_zone("Europe/Berlin");
    if (!berlin) return;  // a machine without the database
    const auto offset = [&](int64_t seconds) { return Time{seconds, 0, berlin}.offset(); };
    CHECK(offset(1714979289).abbreviation == "CEST");
    CHECK(offset(1704067200).abbreviation == "CET");
    CHECK(offset(1711846799).seconds_east == 3600);  // the second before 2024-03-31 01:00 UTC
    CHECK(offset(1711846800).seconds_east == 7200);
    CHECK(offset(4086201600).abbreviation == "CEST");  // June 2099
    CHECK(offset(4086201600 + 86400L * 180).abbreviation == "CET");
    CHECK(civil(from_civil({.year = 2024, .month = 7, .day = 1, .hour = 12}, 0, berlin)).hour ==
          12);
    CHECK(find_zone("Europe/Berlin") == berlin);
    CHECK(find_zone("No/Such") == nullptr);
    CHECK(find_zone("../../etc/passwd") == nullptr);
    CHECK(find_zone("/etc/localtime") == nullptr);
    CHECK(find_zone("UTC") == utc_zone());
}

TEST_CASE("durations print and are read", "[tmpl][time]") {
    struct Row {
        int64_t nanoseconds;
        const char* text;
    };
    const Row rows[] = {{0, "0s"},
                        {1, "1ns"},
                        {1'100, "1.1µs"},
                        {2'200'000, "2.2ms"},
                        {3'300'000'000, "3.3s"},
                        {3'600'000'000'000, "1h0m0s"},
                        {-5'000'000'001, "-5.000000001s"},
                        {INT64_MIN, "-2562047h47m16.854775808s"}};
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(duration_to_string(row.nanoseconds) == row.text);
        CHECK(parse_duration(row.text) == row.nanoseconds);
    }
    CHECK(parse_duration("1.5h") == 5'400'000'000'000);
    CHECK(parse_duration("+1h30m") == 5'400'000'000'000);
    for (const char* bad :
         {"", "1", "1x", ".s", "1h2", "--1s", "9223372036854775808ns", "3000000h"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_duration(bad).has_value());
    }
}
