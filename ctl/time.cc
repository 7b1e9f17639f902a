// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/time.h"

#include <fmt/format.h>

#include <charconv>
#include <ctime>
#include <optional>

namespace ww::ctl {

namespace {

constexpr int64_t kDay = 86400;

/// "3d"; nothing for anything else.
std::optional<int64_t> seconds_of(std::string_view text) {
    int64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, number);
    constexpr int64_t kMost = int64_t{100} * 366 * kDay;
    if (error != std::errc() || at + 1 != end || number < 0 || number > kMost) return {};
    switch (*at) {
        case 's':
            return number;
        case 'm':
            return number * 60;
        case 'h':
            return number * 3600;
        case 'd':
            return number * kDay;
        case 'w':
            return number * 7 * kDay;
        default:
            return {};
    }
}

}  // namespace

Result<int64_t> read_duration(const std::string& text) {
    if (const auto seconds = seconds_of(text)) return *seconds;
    return Error(ErrorCode::InvalidArgument, fmt::format("not a span of time: {}", text))
        .with_hint("spans are 30m, 2h, 3d, 1w");
}

Result<int64_t> read_time(const std::string& text, int64_t now, DayIs day) {
    if (const auto seconds = seconds_of(text)) return now - *seconds;
    for (const char* form : {"%Y-%m-%d",
                             "%Y-%m-%d %H:%M",
                             "%Y-%m-%dT%H:%M",
                             "%Y-%m-%d %H:%M:%S",
                             "%Y-%m-%dT%H:%M:%S"}) {
        std::tm time{};
        const char* const end = ::strptime(text.c_str(), form, &time);
        if (end == nullptr || *end != '\0') continue;
        const bool whole_day = std::string_view(form).size() == 8;
        if (whole_day && day == DayIs::Over) time.tm_hour = 23, time.tm_min = time.tm_sec = 59;
        time.tm_isdst = -1;
        return static_cast<int64_t>(std::mktime(&time));
    }
    return Error(ErrorCode::InvalidArgument, fmt::format("not a time: {}", text))
        .with_hint("times are 2026-07-01, \"2026-07-01 13:30\", or how long ago: 30m, 2h, 3d, 1w");
}

}  // namespace ww::ctl
