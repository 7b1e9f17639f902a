// SPDX-License-Identifier: BSD-3-Clause
//
// Go's time.Time and time.Duration: instants with a zone, layouts ("2006-01-02 15:04"), and the
// texts Go gives them. Zones come from the system's tz database and live for the whole program.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ww::golib {

/// What a zone says of one instant.
struct ZoneOffset {
    int seconds_east = 0;
    std::string_view abbreviation;
};

class Zone;

/// "UTC", "Local" (TZ, else /etc/localtime) or a name of the tz database; null if unknown.
const Zone* find_zone(std::string_view name);
const Zone* utc_zone();
const Zone* local_zone();
const Zone* fixed_zone(std::string_view abbreviation, int seconds_east);
std::string_view zone_name(const Zone* zone);

struct Time {
    int64_t seconds = 0;  // since 1970-01-01 00:00:00 UTC
    uint32_t nanoseconds = 0;
    const Zone* zone = nullptr;  // null: UTC

    /// Go's zero time, 0001-01-01 00:00:00 UTC.
    static Time zero();
    static Time now();
    bool is_zero() const;
    ZoneOffset offset() const;
};

inline constexpr int64_t kZeroTimeSeconds = -62135596800;

/// The calendar in the time's own zone.
struct CivilTime {
    int64_t year = 1;
    int month = 1, day = 1;  // from 1
    int hour = 0, minute = 0, second = 0;
    int weekday = 0;   // 0 is Sunday
    int year_day = 1;  // from 1
};
CivilTime civil(const Time& time);
/// Fields out of their range carry over, as in Go's time.Date.
Time from_civil(const CivilTime& civil, uint32_t nanoseconds, const Zone* zone);

/// Time.Format.
std::string format_time(const Time& time, std::string_view layout);
/// Time.String without the monotonic part.
std::string to_string(const Time& time);
/// time.ParseInLocation; nothing if the text does not fit.
std::optional<Time> parse_time(std::string_view layout, std::string_view text, const Zone* zone);

/// Duration.String: "1h2m3.5s", "0s".
std::string duration_to_string(int64_t nanoseconds);
/// time.ParseDuration.
std::optional<int64_t> parse_duration(std::string_view text);

std::string_view month_name(int month);      // 1: January
std::string_view weekday_name(int weekday);  // 0: Sunday

}  // namespace ww::golib
