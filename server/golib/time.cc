// SPDX-License-Identifier: BSD-3-Clause
//
// Instants on the calendar, and durations. time_zone.cc knows zones, time_format.cc and
// time_parse.cc layouts.
#include "golib/time.h"

#include <chrono>
#include <cmath>

#include "golib/civil.h"

namespace ww::golib {
namespace {

// 9 digits at most, without trailing zeros.
void append_fraction(std::string& out, uint64_t value, int digits) {
    std::string text = std::to_string(value);
    text.insert(0, static_cast<size_t>(digits) - text.size(), '0');
    while (!text.empty() && text.back() == '0') text.pop_back();
    if (!text.empty()) out += '.' + text;
}

}  // namespace

Time Time::zero() { return {kZeroTimeSeconds, 0, nullptr}; }

Time Time::now() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
    return {nanoseconds / 1'000'000'000,
            static_cast<uint32_t>(nanoseconds % 1'000'000'000),
            local_zone()};
}

bool Time::is_zero() const { return seconds == kZeroTimeSeconds && nanoseconds == 0; }

CivilTime civil(const Time& time) {
    CivilTime civil;
    const int64_t local = time.seconds + time.offset().seconds_east;
    const int64_t days = floor_div(local, kSecondsPerDay);
    const auto second_of_day = static_cast<int>(local - days * kSecondsPerDay);
    const CivilDate date = civil_from_days(days);
    civil.year = date.year;
    civil.month = date.month;
    civil.day = date.day;
    civil.hour = second_of_day / 3600;
    civil.minute = second_of_day / 60 % 60;
    civil.second = second_of_day % 60;
    civil.weekday = static_cast<int>(((days + 4) % 7 + 7) % 7);
    civil.year_day = static_cast<int>(days - days_from_civil({.year = date.year})) + 1;
    return civil;
}

Time from_civil(const CivilTime& civil, uint32_t nanoseconds, const Zone* zone) {
    const int64_t months = civil.month - 1;
    const int64_t year = civil.year + floor_div(months, 12);
    const auto month = static_cast<int>(months - floor_div(months, 12) * 12) + 1;
    const int64_t days = days_from_civil({.year = year, .month = month}) + civil.day - 1;
    Time time{days * kSecondsPerDay + civil.hour * int64_t{3600} + civil.minute * int64_t{60} +
                  civil.second,
              nanoseconds,
              zone};
    // The offset depends on the instant, which depends on the offset: guess, then look again near a
    // change of the zone's rules.
    const int64_t local = time.seconds;
    time.seconds = local - time.offset().seconds_east;
    const int first = static_cast<int>(local - time.seconds);
    if (const int second = time.offset().seconds_east; second != first) {
        time.seconds = local - second;
        if (time.offset().seconds_east != second) time.seconds = local - first;
    }
    return time;
}

std::string_view month_name(int month) {
    static constexpr std::string_view kNames[] = {"January",
                                                  "February",
                                                  "March",
                                                  "April",
                                                  "May",
                                                  "June",
                                                  "July",
                                                  "August",
                                                  "September",
                                                  "October",
                                                  "November",
                                                  "December"};
    return kNames[month - 1];
}

std::string_view weekday_name(int weekday) {
    static constexpr std::string_view kNames[] = {
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
    return kNames[weekday];
}

std::string duration_to_string(int64_t nanoseconds) {
    std::string out;
    auto rest = static_cast<uint64_t>(nanoseconds);
    if (nanoseconds < 0) {
        out += '-';
        rest = -rest;
    }
    if (rest == 0) return "0s";
    if (rest < 1'000'000'000) {
        const int digits = rest < 1'000 ? 0 : rest < 1'000'000 ? 3 : 6;
        const uint64_t unit = digits == 0 ? 1 : digits == 3 ? 1'000 : 1'000'000;
        out += std::to_string(rest / unit);
        if (digits > 0) append_fraction(out, rest % unit, digits);
        return out + (digits == 0 ? "ns" : digits == 3 ? "µs" : "ms");
    }
    const uint64_t seconds = rest / 1'000'000'000;
    if (seconds >= 3600) out += std::to_string(seconds / 3600) + 'h';
    if (seconds >= 60) out += std::to_string(seconds / 60 % 60) + 'm';
    out += std::to_string(seconds % 60);
    append_fraction(out, rest % 1'000'000'000, 9);
    return out + 's';
}

std::optional<int64_t> parse_duration(std::string_view text) {
    constexpr uint64_t kLimit = uint64_t{1} << 63;
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    if (text == "0") return 0;
    if (text.empty()) return std::nullopt;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };

    uint64_t total = 0;
    while (!text.empty()) {
        uint64_t whole = 0, fraction = 0;
        double scale = 1;
        bool digits = false;
        for (; !text.empty() && is_digit(text[0]); text.remove_prefix(1), digits = true) {
            if (whole > kLimit / 10) return std::nullopt;
            whole = whole * 10 + static_cast<uint64_t>(text[0] - '0');
            if (whole > kLimit) return std::nullopt;
        }
        if (text.starts_with('.')) {
            text.remove_prefix(1);
            for (; !text.empty() && is_digit(text[0]); text.remove_prefix(1), digits = true) {
                // Digits beyond what an integer holds are too small to matter.
                if (fraction > (kLimit - 1) / 10 - 1) continue;
                fraction = fraction * 10 + static_cast<uint64_t>(text[0] - '0');
                scale *= 10;
            }
        }
        if (!digits) return std::nullopt;

        size_t length = 0;
        while (length < text.size() && text[length] != '.' && !is_digit(text[length])) ++length;
        const std::string_view name = text.substr(0, length);
        text.remove_prefix(length);
        uint64_t unit = 0;
        if (name == "ns") unit = 1;
        if (name == "us" || name == "\u00B5s" || name == "\u03BCs") unit = 1'000;
        if (name == "ms") unit = 1'000'000;
        if (name == "s") unit = 1'000'000'000;
        if (name == "m") unit = 60'000'000'000;
        if (name == "h") unit = 3'600'000'000'000;
        if (unit == 0 || whole > kLimit / unit) return std::nullopt;

        whole *= unit;
        if (fraction > 0)
            whole += static_cast<uint64_t>(static_cast<double>(fraction) *
                                           (static_cast<double>(unit) / scale));
        total += whole;
        if (whole > kLimit || total > kLimit) return std::nullopt;
    }
    if (negative) return static_cast<int64_t>(-total);
    if (total == kLimit) return std::nullopt;
    return static_cast<int64_t>(total);
}

}  // namespace ww::golib
