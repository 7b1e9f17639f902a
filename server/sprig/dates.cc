// SPDX-License-Identifier: BSD-3-Clause
//
// sprig: dates and durations. Layouts are Go's ("2006-01-02 15:04").
#include <fmt/format.h>

#include <limits>

#include "base/quote.h"
#include "golib/strconv.h"
#include "golib/time.h"
#include "sprig/functions.h"

namespace ww::sprig {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kLongest = std::numeric_limits<int64_t>::max();
constexpr int64_t kShortest = std::numeric_limits<int64_t>::min();

golib::Time unix_time(int64_t seconds) { return {seconds, 0, golib::local_zone()}; }

/// A time, or whole seconds since 1970. Compat: everything else means now, number texts too.
golib::Time time_of(const tmpl::Value& value) {
    if (value.type() == tmpl::types::kTime) return value.as_time();
    if (value.type() == tmpl::types::kInt || value.type() == tmpl::types::kInt64)
        return unix_time(value.as_int());
    return golib::Time::now();
}

/// The nanoseconds since `time`, as far as they fit.
int64_t elapsed_since(const golib::Time& time) {
    const golib::Time now = golib::Time::now();
    int64_t seconds = 0;
    int64_t result = 0;
    if (__builtin_sub_overflow(now.seconds, time.seconds, &seconds) ||
        __builtin_mul_overflow(seconds, kSecond, &result) ||
        __builtin_add_overflow(result, int64_t{now.nanoseconds} - time.nanoseconds, &result))
        return now.seconds > time.seconds ? kLongest : kShortest;
    return result;
}

/// Half away from zero; what cannot be rounded away from zero any more is the limit.
int64_t rounded_to_seconds(int64_t nanoseconds) {
    const int64_t rest = nanoseconds % kSecond;
    if (std::abs(rest) < kSecond / 2) return nanoseconds - rest;
    int64_t result = 0;
    const bool overflow =
        __builtin_add_overflow(nanoseconds - rest, rest < 0 ? -kSecond : kSecond, &result);
    return !overflow ? result : rest < 0 ? kShortest : kLongest;
}

// ---- Formatting ----

constexpr std::string_view kHtmlLayout = "2006-01-02";

tmpl::Value formatted(std::string_view layout, const tmpl::Value& value, const golib::Zone* zone) {
    golib::Time time = time_of(value);
    if (value.type() == tmpl::types::kInt32) time = unix_time(value.as_int());
    time.zone = zone;
    return tmpl::Value::string(golib::format_time(time, layout));
}

const golib::Zone* zone_or_utc(std::string_view name) {
    const golib::Zone* const zone = golib::find_zone(name);
    return zone ? zone : golib::utc_zone();
}

tmpl::Value date(tmpl::Call& call) { return formatted(call.text(0), call[1], golib::local_zone()); }
tmpl::Value html_date(tmpl::Call& call) {
    return formatted(kHtmlLayout, call[0], golib::local_zone());
}

tmpl::Value date_in_zone(tmpl::Call& call) {
    return formatted(call.text(0), call[1], zone_or_utc(call.text(2)));
}

tmpl::Value html_date_in_zone(tmpl::Call& call) {
    return formatted(kHtmlLayout, call[0], zone_or_utc(call.text(1)));
}

tmpl::Value unix_epoch(tmpl::Call& call) {
    return tmpl::Value::string(std::to_string(call[0].as_time().seconds));
}

// ---- Reading and changing ----

tmpl::Value now(tmpl::Call&) { return tmpl::Value::time(golib::Time::now()); }

tmpl::Value to_date(tmpl::Call& call) {
    const auto time = golib::parse_time(call.text(0), call.text(1), golib::local_zone());
    return tmpl::Value::time(time ? *time : golib::Time::zero());
}

tmpl::Value must_to_date(tmpl::Call& call) {
    const auto time = golib::parse_time(call.text(0), call.text(1), golib::local_zone());
    if (time) return tmpl::Value::time(*time);
    return call.fail(fmt::format("parsing time {} as {}: the text does not fit the layout",
                                 quote(call.text(1)),
                                 quote(call.text(0))));
}

golib::Time shifted(golib::Time time, int64_t nanoseconds) {
    int64_t fraction = time.nanoseconds + nanoseconds % kSecond;
    time.seconds += nanoseconds / kSecond;
    if (fraction < 0) {
        fraction += kSecond;
        --time.seconds;
    } else if (fraction >= kSecond) {
        fraction -= kSecond;
        ++time.seconds;
    }
    time.nanoseconds = static_cast<uint32_t>(fraction);
    return time;
}

tmpl::Value date_modify(tmpl::Call& call) {
    const auto by = golib::parse_duration(call.text(0));
    return by ? tmpl::Value::time(shifted(call[1].as_time(), *by)) : call[1];
}

tmpl::Value must_date_modify(tmpl::Call& call) {
    const auto by = golib::parse_duration(call.text(0));
    if (by) return tmpl::Value::time(shifted(call[1].as_time(), *by));
    return call.fail("time: invalid duration " + quote(call.text(0)));
}

// ---- Durations ----

tmpl::Value ago(tmpl::Call& call) {
    return tmpl::Value::string(
        golib::duration_to_string(rounded_to_seconds(elapsed_since(time_of(call[0])))));
}

/// Compat: seconds as a text or an int64; any other type, int among them, counts as 0.
tmpl::Value duration(tmpl::Call& call) {
    int64_t seconds = 0;
    if (call[0].type() == tmpl::types::kInt64) seconds = call[0].as_int();
    if (call[0].type() == tmpl::types::kString) {
        if (const auto parsed = golib::parse_integer(call[0].text(), 10)) seconds = parsed->value;
    }
    const auto nanoseconds = static_cast<int64_t>(static_cast<uint64_t>(seconds) * kSecond);
    return tmpl::Value::string(golib::duration_to_string(nanoseconds));
}

/// Compat: a unit is used from just above one of it on ("60m", not "1h"), and the sign is dropped.
tmpl::Value duration_round(tmpl::Call& call) {
    int64_t nanoseconds = 0;
    if (call[0].type() == tmpl::types::kInt64) nanoseconds = call[0].as_int();
    if (call[0].type() == tmpl::types::kTime) nanoseconds = elapsed_since(call[0].as_time());
    if (call[0].type() == tmpl::types::kString)
        nanoseconds = golib::parse_duration(call[0].text()).value_or(0);

    struct Unit {
        uint64_t seconds;
        std::string_view name;
    };
    constexpr uint64_t kDay = 86400;
    constexpr Unit kUnits[] = {
        {365 * kDay, "y"}, {30 * kDay, "mo"}, {kDay, "d"}, {3600, "h"}, {60, "m"}, {1, "s"}};
    uint64_t size = static_cast<uint64_t>(nanoseconds);
    if (nanoseconds < 0) size = 0 - size;
    for (const Unit& unit : kUnits) {
        const uint64_t length = unit.seconds * kSecond;
        if (size > length)
            return tmpl::Value::string(fmt::format("{}{}", size / length, unit.name));
    }
    return tmpl::Value::text("0s");
}

constexpr tmpl::Function kDateFunctions[] = {
    {"now", "", now, "The time it is.", kVolatile},
    {"date",
     "string, any",
     date,
     "LAYOUT TIME: TIME in the local zone as LAYOUT has it.",
     kVolatile},
    {"dateInZone",
     "string, any, string",
     date_in_zone,
     "LAYOUT TIME ZONE: TIME in ZONE.",
     kVolatile},
    {"date_in_zone", "string, any, string", date_in_zone, "An old name of dateInZone.", kVolatile},
    {"htmlDate", "any", html_date, "The date as 2006-01-02, in the local zone.", kVolatile},
    {"htmlDateInZone", "any, string", html_date_in_zone, "TIME ZONE: the date in ZONE.", kVolatile},
    {"dateModify",
     "string, time.Time",
     date_modify,
     "DURATION TIME: that much later; unchanged if DURATION is none."},
    {"date_modify", "string, time.Time", date_modify, "An old name of dateModify."},
    {"mustDateModify", "string, time.Time", must_date_modify, "As dateModify, but may fail."},
    {"must_date_modify", "string, time.Time", must_date_modify, "An old name of mustDateModify."},
    {"toDate", "string, string", to_date, "LAYOUT TEXT: the time TEXT says; the year 1 if none."},
    {"mustToDate", "string, string", must_to_date, "As toDate, but may fail."},
    {"unixEpoch", "time.Time", unix_epoch, "The seconds since 1970, as text."},
    {"ago", "any", ago, "How long ago TIME was, in whole seconds.", kVolatile},
    {"duration", "any", duration, "SECONDS as a duration: 1h1m1s."},
    {"durationRound", "any", duration_round, "A duration in its largest unit: 2mo.", kVolatile},
};

}  // namespace

std::span<const tmpl::Function> date_functions() { return kDateFunctions; }

}  // namespace ww::sprig
