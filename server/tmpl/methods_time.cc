// SPDX-License-Identifier: BSD-3-Clause
//
// The methods of Go's time types that templates can call.
#include "golib/time.h"
#include "tmpl/function.h"
#include "tmpl/known_types.h"

namespace ww::tmpl {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

golib::Time time_of(const Call& call) { return call.self().as_time(); }

Value number(int64_t value) { return Value::integer(value); }

template <class Field>
Value (*civil_method(Field))(Call&) {
    return [](Call& call) { return number(Field()(golib::civil(time_of(call)))); };
}

Value in_zone(Call& call, const golib::Zone* zone) {
    golib::Time time = time_of(call);
    time.zone = zone;
    return Value::time(time);
}

Value add(const golib::Time& time, int64_t nanoseconds) {
    int64_t total = static_cast<int64_t>(time.nanoseconds) + nanoseconds % kSecond;
    golib::Time sum{time.seconds + nanoseconds / kSecond, 0, time.zone};
    if (total < 0) {
        total += kSecond;
        --sum.seconds;
    } else if (total >= kSecond) {
        total -= kSecond;
        ++sum.seconds;
    }
    sum.nanoseconds = static_cast<uint32_t>(total);
    return Value::time(sum);
}

// The difference, within what a duration holds.
int64_t subtract(const golib::Time& a, const golib::Time& b) {
    const int64_t limit = a.seconds < b.seconds ? INT64_MIN : INT64_MAX;
    int64_t difference = 0;
    if (__builtin_mul_overflow(a.seconds - b.seconds, kSecond, &difference)) return limit;
    const int64_t rest = static_cast<int64_t>(a.nanoseconds) - static_cast<int64_t>(b.nanoseconds);
    return __builtin_add_overflow(difference, rest, &difference) ? limit : difference;
}

Value run_add_date(Call& call) {
    const golib::Time time = time_of(call);
    golib::CivilTime at = golib::civil(time);
    at.year += call.integer(0);
    at.month += static_cast<int>(call.integer(1));
    at.day += static_cast<int>(call.integer(2));
    return Value::time(golib::from_civil(at, time.nanoseconds, time.zone));
}

int compare(const golib::Time& a, const golib::Time& b) {
    if (a.seconds != b.seconds) return a.seconds < b.seconds ? -1 : 1;
    return a.nanoseconds < b.nanoseconds ? -1 : a.nanoseconds > b.nanoseconds;
}

Value in_units(Call& call, double unit) {
    return Value::floating(static_cast<double>(call.self().as_int()) / unit);
}

}  // namespace

std::vector<Method> time_methods() {
    return {
        {"Year", "", civil_method([](const golib::CivilTime& at) { return at.year; })},
        {"Day", "", civil_method([](const golib::CivilTime& at) { return at.day; })},
        {"Hour", "", civil_method([](const golib::CivilTime& at) { return at.hour; })},
        {"Minute", "", civil_method([](const golib::CivilTime& at) { return at.minute; })},
        {"Second", "", civil_method([](const golib::CivilTime& at) { return at.second; })},
        {"YearDay", "", civil_method([](const golib::CivilTime& at) { return at.year_day; })},
        {"Month",
         "",
         [](Call& call) {
             return Value::integer(types::kMonth, golib::civil(time_of(call)).month);
         }},
        {"Weekday",
         "",
         [](Call& call) {
             return Value::integer(types::kWeekday, golib::civil(time_of(call)).weekday);
         }},
        {"Nanosecond", "", [](Call& call) { return number(time_of(call).nanoseconds); }},
        {"Unix",
         "",
         [](Call& call) { return Value::integer(types::kInt64, time_of(call).seconds); }},
        {"UnixMilli",
         "",
         [](Call& call) {
             return Value::integer(
                 types::kInt64,
                 time_of(call).seconds * 1'000 + time_of(call).nanoseconds / 1'000'000);
         }},
        {"UnixMicro",
         "",
         [](Call& call) {
             return Value::integer(
                 types::kInt64,
                 time_of(call).seconds * 1'000'000 + time_of(call).nanoseconds / 1'000);
         }},
        {"UnixNano",
         "",
         [](Call& call) {
             return Value::integer(types::kInt64,
                                   time_of(call).seconds * kSecond + time_of(call).nanoseconds);
         }},
        {"IsZero", "", [](Call& call) { return Value::boolean(time_of(call).is_zero()); }},
        {"String", "", [](Call& call) { return Value::string(golib::to_string(time_of(call))); }},
        {"Format",
         "string",
         [](Call& call) { return Value::string(golib::format_time(time_of(call), call.text(0))); }},
        {"UTC", "", [](Call& call) { return in_zone(call, nullptr); }},
        {"Local", "", [](Call& call) { return in_zone(call, golib::local_zone()); }},
        {"Add", "time.Duration", [](Call& call) { return add(time_of(call), call.integer(0)); }},
        {"AddDate", "int, int, int", run_add_date},
        {"Sub",
         "time.Time",
         [](Call& call) { return Value::duration(subtract(time_of(call), call[0].as_time())); }},
        {"Before",
         "time.Time",
         [](Call& call) { return Value::boolean(compare(time_of(call), call[0].as_time()) < 0); }},
        {"After",
         "time.Time",
         [](Call& call) { return Value::boolean(compare(time_of(call), call[0].as_time()) > 0); }},
        {"Equal",
         "time.Time",
         [](Call& call) { return Value::boolean(compare(time_of(call), call[0].as_time()) == 0); }},
        {"Compare",
         "time.Time",
         [](Call& call) { return number(compare(time_of(call), call[0].as_time())); }},
    };
}

std::vector<Method> duration_methods() {
    return {
        {"Hours", "", [](Call& call) { return in_units(call, 3.6e12); }},
        {"Minutes", "", [](Call& call) { return in_units(call, 6e10); }},
        {"Seconds", "", [](Call& call) { return in_units(call, 1e9); }},
        {"Milliseconds",
         "",
         [](Call& call) {
             return Value::integer(types::kInt64, call.self().as_int() / 1'000'000);
         }},
        {"Microseconds",
         "",
         [](Call& call) { return Value::integer(types::kInt64, call.self().as_int() / 1'000); }},
        {"Nanoseconds",
         "",
         [](Call& call) { return Value::integer(types::kInt64, call.self().as_int()); }},
        {"String",
         "",
         [](Call& call) { return Value::string(golib::duration_to_string(call.self().as_int())); }},
    };
}

std::vector<Method> month_methods() {
    return {{"String", "", [](Call& call) {
                 return Value::string(types::kMonth.info().text(call.self()));
             }}};
}

std::vector<Method> weekday_methods() {
    return {{"String", "", [](Call& call) {
                 return Value::string(types::kWeekday.info().text(call.self()));
             }}};
}

}  // namespace ww::tmpl
