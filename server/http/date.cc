// SPDX-License-Identifier: BSD-3-Clause
#include "http/date.h"

#include <fmt/format.h>

#include <array>
#include <ctime>

namespace ww::http {

namespace {

constexpr std::array<std::string_view, 7> kDays = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Reads a date from left to right; any mismatch makes it bad for good. (strptime(3) would take the
// month names of the process's locale.)
class Cursor {
   public:
    explicit Cursor(std::string_view text) : rest_(text) {}

    bool done() const { return ok_ && rest_.empty(); }

    void literal(std::string_view expected) {
        if (ok_ && rest_.starts_with(expected)) {
            rest_.remove_prefix(expected.size());
        } else {
            ok_ = false;
        }
    }
    int number(size_t digits) {
        int value = 0;
        for (size_t i = 0; i < digits; ++i) {
            if (rest_.empty() || rest_[0] < '0' || rest_[0] > '9') {
                ok_ = false;
                return 0;
            }
            value = value * 10 + (rest_[0] - '0');
            rest_.remove_prefix(1);
        }
        return value;
    }
    // asctime's day: a space instead of a leading zero.
    int padded_day() {
        if (rest_.starts_with(' ')) {
            rest_.remove_prefix(1);
            return number(1);
        }
        return number(2);
    }
    void day_name(bool full) {
        for (const std::string_view day : kDays) {
            const std::string_view name = full ? day : day.substr(0, 3);
            if (rest_.starts_with(name)) return rest_.remove_prefix(name.size());
        }
        ok_ = false;
    }
    int month() {
        for (size_t i = 0; i < kMonths.size(); ++i) {
            if (rest_.starts_with(kMonths[i])) {
                rest_.remove_prefix(3);
                return static_cast<int>(i);
            }
        }
        ok_ = false;
        return 0;
    }
    void clock(std::tm& time) {
        time.tm_hour = number(2);
        literal(":");
        time.tm_min = number(2);
        literal(":");
        time.tm_sec = number(2);
    }

   private:
    std::string_view rest_;
    bool ok_ = true;
};

int current_year() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    return parts.tm_year + 1900;
}

}  // namespace

std::string format_date(int64_t unix_seconds) {
    const std::time_t time = unix_seconds;
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                       kDays[static_cast<size_t>(parts.tm_wday)].substr(0, 3),
                       parts.tm_mday,
                       kMonths[static_cast<size_t>(parts.tm_mon)],
                       parts.tm_year + 1900,
                       parts.tm_hour,
                       parts.tm_min,
                       parts.tm_sec);
}

std::optional<int64_t> parse_date(std::string_view text) {
    Cursor cursor(text);
    std::tm parts{};
    int year = 0;
    if (text.size() > 3 && text[3] == ',') {
        cursor.day_name(/*full=*/false);
        cursor.literal(", ");
        parts.tm_mday = cursor.number(2);
        cursor.literal(" ");
        parts.tm_mon = cursor.month();
        cursor.literal(" ");
        year = cursor.number(4);
        cursor.literal(" ");
        cursor.clock(parts);
        cursor.literal(" GMT");
    } else if (text.find(',') != std::string_view::npos) {
        cursor.day_name(/*full=*/true);
        cursor.literal(", ");
        parts.tm_mday = cursor.number(2);
        cursor.literal("-");
        parts.tm_mon = cursor.month();
        cursor.literal("-");
        // RFC 9110: a two-digit year that would lie over 50 years ahead is in the past.
        const int now = current_year();
        year = now - now % 100 + cursor.number(2);
        if (year > now + 50) year -= 100;
        cursor.literal(" ");
        cursor.clock(parts);
        cursor.literal(" GMT");
    } else {
        cursor.day_name(/*full=*/false);
        cursor.literal(" ");
        parts.tm_mon = cursor.month();
        cursor.literal(" ");
        parts.tm_mday = cursor.padded_day();
        cursor.literal(" ");
        cursor.clock(parts);
        cursor.literal(" ");
        year = cursor.number(4);
    }
    // 60 is a leap second.
    if (!cursor.done() || parts.tm_mday < 1 || parts.tm_mday > 31 || parts.tm_hour > 23 ||
        parts.tm_min > 59 || parts.tm_sec > 60)
        return std::nullopt;
    parts.tm_year = year - 1900;
    return ::timegm(&parts);
}

std::string_view current_date() {
    thread_local int64_t second = -1;
    thread_local std::string text;
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
    if (now.tv_sec != second) {
        second = now.tv_sec;
        text = format_date(second);
    }
    return text;
}

}  // namespace ww::http
