// SPDX-License-Identifier: BSD-3-Clause
#include <cstdlib>

#include "golib/time.h"
#include "golib/time_layout.h"

namespace ww::golib {
namespace {

void append_padded(std::string& out, int64_t value, size_t width) {
    if (value < 0) {
        out += '-';
        value = -value;
    }
    const std::string digits = std::to_string(value);
    if (digits.size() < width) out.append(width - digits.size(), '0');
    out += digits;
}

void append_offset(std::string& out, int seconds_east, const LayoutPiece& piece) {
    if (seconds_east == 0 && piece.z_for_utc) {
        out += 'Z';
        return;
    }
    const int minutes = std::abs(seconds_east / 60);
    out += seconds_east / 60 < 0 ? '-' : '+';
    append_padded(out, minutes / 60, 2);
    if (piece.minutes) {
        if (piece.colons) out += ':';
        append_padded(out, minutes % 60, 2);
    }
    if (piece.seconds) {
        if (piece.colons) out += ':';
        append_padded(out, std::abs(seconds_east) % 60, 2);
    }
}

void append_fraction(std::string& out, uint32_t nanoseconds, const LayoutPiece& piece) {
    std::string digits;
    append_padded(digits, nanoseconds, 9);
    digits.resize(static_cast<size_t>(piece.digits), '0');
    if (piece.part == LayoutPart::TrimmedFraction) {
        while (!digits.empty() && digits.back() == '0') digits.pop_back();
        if (digits.empty()) return;
    }
    out += piece.separator;
    out += digits;
}

void append_part(std::string& out,
                 const LayoutPiece& piece,
                 const Time& time,
                 const CivilTime& at) {
    const int hour12 = at.hour % 12 == 0 ? 12 : at.hour % 12;
    switch (piece.part) {
        case LayoutPart::None:
            return;
        case LayoutPart::LongMonth:
            out += month_name(at.month);
            return;
        case LayoutPart::Month:
            out += month_name(at.month).substr(0, 3);
            return;
        case LayoutPart::NumericMonth:
            append_padded(out, at.month, 0);
            return;
        case LayoutPart::ZeroMonth:
            append_padded(out, at.month, 2);
            return;
        case LayoutPart::LongWeekday:
            out += weekday_name(at.weekday);
            return;
        case LayoutPart::Weekday:
            out += weekday_name(at.weekday).substr(0, 3);
            return;
        case LayoutPart::Day:
            append_padded(out, at.day, 0);
            return;
        case LayoutPart::SpaceDay:
            if (at.day < 10) out += ' ';
            append_padded(out, at.day, 0);
            return;
        case LayoutPart::ZeroDay:
            append_padded(out, at.day, 2);
            return;
        case LayoutPart::SpaceYearDay:
            if (at.year_day < 100) out += ' ';
            if (at.year_day < 10) out += ' ';
            append_padded(out, at.year_day, 0);
            return;
        case LayoutPart::ZeroYearDay:
            append_padded(out, at.year_day, 3);
            return;
        case LayoutPart::Hour:
            append_padded(out, at.hour, 2);
            return;
        case LayoutPart::Hour12:
            append_padded(out, hour12, 0);
            return;
        case LayoutPart::ZeroHour12:
            append_padded(out, hour12, 2);
            return;
        case LayoutPart::Minute:
            append_padded(out, at.minute, 0);
            return;
        case LayoutPart::ZeroMinute:
            append_padded(out, at.minute, 2);
            return;
        case LayoutPart::Second:
            append_padded(out, at.second, 0);
            return;
        case LayoutPart::ZeroSecond:
            append_padded(out, at.second, 2);
            return;
        case LayoutPart::LongYear:
            append_padded(out, at.year, 4);
            return;
        case LayoutPart::Year:
            append_padded(out, std::abs(at.year) % 100, 2);
            return;
        case LayoutPart::UpperPm:
            out += at.hour >= 12 ? "PM" : "AM";
            return;
        case LayoutPart::LowerPm:
            out += at.hour >= 12 ? "pm" : "am";
            return;
        case LayoutPart::ZoneName: {
            const ZoneOffset zone = time.offset();
            if (zone.abbreviation.empty())
                append_offset(out, zone.seconds_east, {.minutes = true});
            else
                out += zone.abbreviation;
            return;
        }
        case LayoutPart::Offset:
            append_offset(out, time.offset().seconds_east, piece);
            return;
        case LayoutPart::ExactFraction:
        case LayoutPart::TrimmedFraction:
            append_fraction(out, time.nanoseconds, piece);
            return;
    }
}

}  // namespace

std::string format_time(const Time& time, std::string_view layout) {
    const CivilTime at = civil(time);
    std::string out;
    while (!layout.empty()) {
        const LayoutPiece piece = next_piece(layout);
        out += piece.before;
        append_part(out, piece, time, at);
        layout = piece.after;
    }
    return out;
}

std::string to_string(const Time& time) {
    return format_time(time, "2006-01-02 15:04:05.999999999 -0700 MST");
}

}  // namespace ww::golib
