// SPDX-License-Identifier: BSD-3-Clause
#include "golib/civil.h"

#include "support/catch.h"

using namespace ww::golib;

TEST_CASE("days and dates are each other's inverse", "[golib][civil]") {
    struct Row {
        int64_t days;
        CivilDate date;
    };
    const Row rows[] = {{0, {1970, 1, 1}},
                        {-1, {1969, 12, 31}},
                        {11016, {2000, 2, 29}},
                        {11017, {2000, 3, 1}},
                        {-719162, {1, 1, 1}},
                        {-719528, {0, 1, 1}},
                        {-719529, {-1, 12, 31}},
                        {2932896, {9999, 12, 31}}};
    for (const Row& row : rows) {
        CAPTURE(row.days);
        CHECK(days_from_civil(row.date) == row.days);
        const CivilDate back = civil_from_days(row.days);
        CHECK(back.year == row.date.year);
        CHECK(back.month == row.date.month);
        CHECK(back.day == row.date.day);
    }
    for (int64_t days = -800000; days < 800000; days += 97)
        CHECK(days_from_civil(civil_from_days(days)) == days);
}

TEST_CASE("every fourth year is a leap year, but of centuries every fourth", "[golib][civil]") {
    CHECK(days_in_month(2024, 2) == 29);
    CHECK(days_in_month(2023, 2) == 28);
    CHECK(days_in_month(1900, 2) == 28);
    CHECK(days_in_month(2000, 2) == 29);
    CHECK(days_in_month(2023, 12) == 31);
    CHECK(days_in_month(2023, 4) == 30);
}
