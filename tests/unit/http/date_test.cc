// SPDX-License-Identifier: BSD-3-Clause
#include "http/date.h"

#include "support/catch.h"

using namespace ww::http;

TEST_CASE("dates are written as IMF-fixdate", "[http][date]") {
    CHECK(format_date(1600000000) == "Sun, 13 Sep 2020 12:26:40 GMT");
    CHECK(format_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
    CHECK(format_date(951782400) == "Tue, 29 Feb 2000 00:00:00 GMT");
}

TEST_CASE("dates are read in three forms", "[http][date]") {
    const char* const good[] = {"Sun, 13 Sep 2020 12:26:40 GMT",
                                "Sunday, 13-Sep-20 12:26:40 GMT",
                                "Sun Sep 13 12:26:40 2020"};
    for (const char* text : good) {
        CAPTURE(text);
        CHECK(parse_date(text) == 1600000000);
    }
    CHECK(parse_date("Sun Nov  6 08:49:37 1994") == 784111777);
    CHECK(parse_date("Sunday, 06-Nov-94 08:49:37 GMT") == 784111777);
}

TEST_CASE("what is no date is none", "[http][date]") {
    const char* const bad[] = {"",
                               "tomorrow",
                               "Sun, 13 Sep 2020 12:26:40",
                               "Sun, 13 Sep 2020 12:26:40 UTC",
                               "Sun, 13 Sep 2020 12:26:40 GMT ",
                               "Sun, 3 Sep 2020 12:26:40 GMT",
                               "Sun, 13 sep 2020 12:26:40 GMT",
                               "Sun, 00 Sep 2020 12:26:40 GMT",
                               "Sun, 13 Sep 2020 24:26:40 GMT",
                               "Xyz, 13 Sep 2020 12:26:40 GMT",
                               "Sun, 13 Sep 20 12:26:40 GMT",
                               "1600000000"};
    for (const char* text : bad) {
        CAPTURE(text);
        CHECK_FALSE(parse_date(text).has_value());
    }
}
