// SPDX-License-Identifier: BSD-3-Clause
//
// The proleptic Gregorian calendar: dates as days since 1970-01-01, and back.
#pragma once

#include <cstdint>

namespace ww::golib {

inline constexpr int64_t kSecondsPerDay = 86400;

struct CivilDate {
    int64_t year = 1;
    int month = 1, day = 1;  // from 1
};

/// `month` must be one, 1 to 12; any day carries over.
int64_t days_from_civil(const CivilDate& date);
CivilDate civil_from_days(int64_t days);

/// Rounded down, so that what is left is not negative.
constexpr int64_t floor_div(int64_t a, int64_t b) {
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

constexpr bool is_leap_year(int64_t year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}
int days_in_month(int64_t year, int month);

}  // namespace ww::golib
