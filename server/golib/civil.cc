// SPDX-License-Identifier: BSD-3-Clause
//
// Source: H. Hinnant, chrono-compatible low-level date algorithms. Years begin in March here, so
// that the leap day is the last; an era is 400 years.
#include "golib/civil.h"

namespace ww::golib {

namespace {

constexpr int64_t kDaysPerEra = 146097;
constexpr int64_t kEpoch = 719468;  // 1970-01-01, from 0000-03-01

}  // namespace

int64_t days_from_civil(const CivilDate& date) {
    const int64_t year = date.year - (date.month <= 2);
    const int64_t era = floor_div(year, 400);
    const int64_t year_of_era = year - era * 400;
    const int64_t day_of_year =
        (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
    return era * kDaysPerEra + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
           day_of_year - kEpoch;
}

CivilDate civil_from_days(int64_t days) {
    days += kEpoch;
    const int64_t era = floor_div(days, kDaysPerEra);
    const int64_t day_of_era = days - era * kDaysPerEra;
    const int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t shifted_month = (5 * day_of_year + 2) / 153;
    CivilDate date;
    date.day = static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
    date.month = static_cast<int>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
    date.year = year_of_era + era * 400 + (date.month <= 2);
    return date;
}

int days_in_month(int64_t year, int month) {
    static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return kDays[month - 1] + (month == 2 && is_leap_year(year));
}

}  // namespace ww::golib
