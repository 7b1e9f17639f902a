// SPDX-License-Identifier: BSD-3-Clause
//
// Go's time layouts cut into pieces: "2006-01-02" is a year, "-", a month, "-", a day. Private to
// time_format.cc and time_parse.cc.
#pragma once

#include <cstdint>
#include <string_view>

namespace ww::golib {

enum class LayoutPart : uint8_t {
    None,
    LongMonth,
    Month,
    NumericMonth,
    ZeroMonth,
    LongWeekday,
    Weekday,
    Day,
    SpaceDay,
    ZeroDay,
    SpaceYearDay,
    ZeroYearDay,
    Hour,
    Hour12,
    ZeroHour12,
    Minute,
    ZeroMinute,
    Second,
    ZeroSecond,
    LongYear,
    Year,
    UpperPm,
    LowerPm,
    ZoneName,
    Offset,
    ExactFraction,    // .000
    TrimmedFraction,  // .999
};

struct LayoutPiece {
    std::string_view before;  // literal text in front of the part
    LayoutPart part = LayoutPart::None;
    std::string_view after;  // the rest of the layout

    // Of an Offset: Z for UTC, colons, and which of hours, minutes, seconds.
    bool z_for_utc = false, colons = false, minutes = false, seconds = false;
    // Of a fraction.
    char separator = '.';
    int digits = 0;
};

/// The first part in `layout`; None if there is none, all of it being text.
LayoutPiece next_piece(std::string_view layout);

}  // namespace ww::golib
