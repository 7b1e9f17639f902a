// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "base/ascii.h"
#include "golib/civil.h"
#include "golib/time.h"
#include "golib/time_layout.h"

namespace ww::golib {
namespace {

class TimeReader {
   public:
    TimeReader(std::string_view text, const Zone* zone) : text_(text), default_zone_(zone) {}

    std::optional<Time> read(std::string_view layout);

   private:
    bool skip(std::string_view literal);
    bool read_part(const LayoutPiece& piece);
    bool read_name(std::string_view (*name)(int), int first, int count, size_t shown, int& into);
    bool read_number(int& into, bool two_digits);
    bool read_digits(int& into, size_t count);
    bool read_year_day(bool zero_padded);
    bool read_second(const LayoutPiece& piece, bool two_digits);
    bool read_half(std::string_view am, std::string_view pm);
    bool read_offset(const LayoutPiece& piece);
    bool read_zone_name();
    bool read_fraction(size_t size);
    bool settle_date();
    Time finish();

    std::string_view text_;
    const Zone* default_zone_;
    int year_ = 0, month_ = -1, day_ = -1, year_day_ = -1;
    int hour_ = 0, minute_ = 0, second_ = 0;
    uint32_t nanoseconds_ = 0;
    bool am_ = false, pm_ = false, utc_ = false;
    std::optional<int> offset_;
    std::string_view zone_name_;
};

std::optional<Time> TimeReader::read(std::string_view layout) {
    while (true) {
        const LayoutPiece piece = next_piece(layout);
        if (!skip(piece.before)) return std::nullopt;
        if (piece.part == LayoutPart::None) break;
        if (!read_part(piece)) return std::nullopt;
        layout = piece.after;
    }
    if (!text_.empty()) return std::nullopt;
    if (pm_ && hour_ < 12) hour_ += 12;
    if (am_ && hour_ == 12) hour_ = 0;
    if (!settle_date()) return std::nullopt;
    return finish();
}

// A run of spaces matches any run of spaces.
bool TimeReader::skip(std::string_view literal) {
    while (!literal.empty()) {
        if (literal[0] == ' ') {
            if (!text_.empty() && text_[0] != ' ') return false;
            literal.remove_prefix(std::min(literal.find_first_not_of(' '), literal.size()));
            text_.remove_prefix(std::min(text_.find_first_not_of(' '), text_.size()));
            continue;
        }
        if (text_.empty() || text_[0] != literal[0]) return false;
        literal.remove_prefix(1);
        text_.remove_prefix(1);
    }
    return true;
}

bool TimeReader::read_part(const LayoutPiece& piece) {
    int ignored = 0;
    switch (piece.part) {
        case LayoutPart::None:
            return true;
        case LayoutPart::Year:
            if (!read_digits(year_, 2)) return false;
            year_ += year_ >= 69 ? 1900 : 2000;
            return true;
        case LayoutPart::LongYear:
            return read_digits(year_, 4);
        case LayoutPart::Month:
            return read_name(month_name, 1, 12, 3, month_);
        case LayoutPart::LongMonth:
            return read_name(month_name, 1, 12, 0, month_);
        case LayoutPart::NumericMonth:
        case LayoutPart::ZeroMonth:
            return read_number(month_, piece.part == LayoutPart::ZeroMonth) && month_ >= 1 &&
                   month_ <= 12;
        case LayoutPart::Weekday:
            return read_name(weekday_name, 0, 7, 3, ignored);
        case LayoutPart::LongWeekday:
            return read_name(weekday_name, 0, 7, 0, ignored);
        case LayoutPart::SpaceDay:
            if (text_.starts_with(' ')) text_.remove_prefix(1);
            return read_number(day_, false);
        case LayoutPart::Day:
            return read_number(day_, false);
        case LayoutPart::ZeroDay:
            return read_number(day_, true);
        case LayoutPart::SpaceYearDay:
            return read_year_day(false);
        case LayoutPart::ZeroYearDay:
            return read_year_day(true);
        case LayoutPart::Hour:
            return read_number(hour_, false) && hour_ < 24;
        case LayoutPart::Hour12:
            return read_number(hour_, false) && hour_ <= 12;
        case LayoutPart::ZeroHour12:
            return read_number(hour_, true) && hour_ <= 12;
        case LayoutPart::Minute:
            return read_number(minute_, false) && minute_ < 60;
        case LayoutPart::ZeroMinute:
            return read_number(minute_, true) && minute_ < 60;
        case LayoutPart::Second:
            return read_second(piece, false);
        case LayoutPart::ZeroSecond:
            return read_second(piece, true);
        case LayoutPart::UpperPm:
            return read_half("AM", "PM");
        case LayoutPart::LowerPm:
            return read_half("am", "pm");
        case LayoutPart::ZoneName:
            return read_zone_name();
        case LayoutPart::Offset:
            return read_offset(piece);
        case LayoutPart::ExactFraction:
            return read_fraction(static_cast<size_t>(piece.digits) + 1);
        case LayoutPart::TrimmedFraction: {
            if (text_.size() < 2 || (text_[0] != '.' && text_[0] != ',') ||
                !is_ascii_digit(text_[1]))
                return true;
            size_t size = 1;
            while (size < text_.size() && is_ascii_digit(text_[size])) ++size;
            return read_fraction(size);
        }
    }
    return false;
}

bool TimeReader::read_name(
    std::string_view (*name)(int), int first, int count, size_t shown, int& into) {
    const auto lower = [](char c) { return static_cast<char>(c | 0x20); };
    for (int i = first; i < first + count; ++i) {
        const std::string_view candidate = shown == 0 ? name(i) : name(i).substr(0, shown);
        if (text_.size() < candidate.size()) continue;
        const bool same =
            std::equal(candidate.begin(), candidate.end(), text_.begin(), [&](char a, char b) {
                return lower(a) == lower(b);
            });
        if (!same) continue;
        into = i;
        text_.remove_prefix(candidate.size());
        return true;
    }
    return false;
}

// One or two digits.
bool TimeReader::read_number(int& into, bool two_digits) {
    if (text_.empty() || !is_ascii_digit(text_[0])) return false;
    const bool two = text_.size() > 1 && is_ascii_digit(text_[1]);
    if (!two && two_digits) return false;
    return read_digits(into, two ? 2 : 1);
}

bool TimeReader::read_digits(int& into, size_t count) {
    if (text_.size() < count) return false;
    int value = 0;
    for (const char c : text_.substr(0, count)) {
        if (!is_ascii_digit(c)) return false;
        value = value * 10 + (c - '0');
    }
    into = value;
    text_.remove_prefix(count);
    return true;
}

bool TimeReader::read_year_day(bool zero_padded) {
    if (!zero_padded)
        for (int i = 0; i < 2 && text_.starts_with(' '); ++i) text_.remove_prefix(1);
    size_t count = 0;
    while (count < 3 && count < text_.size() && is_ascii_digit(text_[count])) ++count;
    if (count == 0 || (zero_padded && count != 3)) return false;
    return read_digits(year_day_, count);
}

// Takes a fraction that the layout does not mention.
bool TimeReader::read_second(const LayoutPiece& piece, bool two_digits) {
    if (!read_number(second_, two_digits) || second_ >= 60) return false;
    if (text_.size() < 2 || (text_[0] != '.' && text_[0] != ',') || !is_ascii_digit(text_[1]))
        return true;
    const LayoutPart next = next_piece(piece.after).part;
    if (next == LayoutPart::ExactFraction || next == LayoutPart::TrimmedFraction) return true;
    size_t size = 2;
    while (size < text_.size() && is_ascii_digit(text_[size])) ++size;
    return read_fraction(size);
}

bool TimeReader::read_half(std::string_view am, std::string_view pm) {
    if (text_.starts_with(am))
        am_ = true;
    else if (text_.starts_with(pm))
        pm_ = true;
    else
        return false;
    text_.remove_prefix(2);
    return true;
}

bool TimeReader::read_offset(const LayoutPiece& piece) {
    if (piece.z_for_utc && text_.starts_with('Z')) {
        utc_ = true;
        text_.remove_prefix(1);
        return true;
    }
    if (!text_.starts_with('+') && !text_.starts_with('-')) return false;
    const bool negative = text_[0] == '-';
    text_.remove_prefix(1);
    int hours = 0, minutes = 0, seconds = 0;
    const auto next = [&](int& into) {
        return (!piece.colons || skip(":")) && read_digits(into, 2);
    };
    if (!read_digits(hours, 2)) return false;
    if (piece.minutes && !next(minutes)) return false;
    if (piece.seconds && !next(seconds)) return false;
    if (hours > 24 || minutes > 60 || seconds > 60) return false;
    const int offset = (hours * 60 + minutes) * 60 + seconds;
    offset_ = negative ? -offset : offset;
    return true;
}

// A sign and a number up to 23; 0 if that is not what `text` starts with.
size_t signed_hours(std::string_view text) {
    if (text.empty() || (text[0] != '+' && text[0] != '-')) return 0;
    size_t size = 1;
    int hours = 0;
    for (; size < text.size() && is_ascii_digit(text[size]); ++size) {
        hours = hours * 10 + (text[size] - '0');
        if (hours > 23) return 0;
    }
    return size > 1 ? size : 0;
}

// Length of what looks like the abbreviation of a zone; 0 for none.
size_t zone_name_size(std::string_view text) {
    if (text.size() < 3) return 0;
    if (text.starts_with("ChST") || text.starts_with("MeST")) return 4;
    if (text.starts_with("GMT")) return 3 + signed_hours(text.substr(3));
    if (text[0] == '+' || text[0] == '-') return signed_hours(text);
    size_t upper = 0;
    while (upper < 6 && upper < text.size() && text[upper] >= 'A' && text[upper] <= 'Z') ++upper;
    if (upper == 3) return 3;
    if (upper == 4 && (text[3] == 'T' || text.starts_with("WITA"))) return 4;
    return upper == 5 && text[4] == 'T' ? 5 : 0;
}

bool TimeReader::read_zone_name() {
    if (text_.starts_with("UTC")) {
        utc_ = true;
        text_.remove_prefix(3);
        return true;
    }
    const size_t size = zone_name_size(text_);
    zone_name_ = text_.substr(0, size);
    text_.remove_prefix(size);
    return size > 0;
}

// A separator and digits; those beyond nanoseconds do not count.
bool TimeReader::read_fraction(size_t size) {
    if (text_.size() < size || (text_[0] != '.' && text_[0] != ',')) return false;
    uint32_t value = 0;
    for (size_t i = 1; i < 10; ++i) {
        if (i < size && !is_ascii_digit(text_[i])) return false;
        value = value * 10 + (i < size ? static_cast<uint32_t>(text_[i] - '0') : 0);
    }
    nanoseconds_ = value;
    text_.remove_prefix(size);
    return true;
}

bool TimeReader::settle_date() {
    if (year_day_ < 0) {
        if (month_ < 0) month_ = 1;
        if (day_ < 0) day_ = 1;
        return day_ >= 1 && day_ <= days_in_month(year_, month_);
    }
    int month = 1, day = year_day_;
    if (day < 1 || day > (is_leap_year(year_) ? 366 : 365)) return false;
    for (; day > days_in_month(year_, month); ++month) day -= days_in_month(year_, month);
    if ((month_ >= 0 && month_ != month) || (day_ >= 0 && day_ != day)) return false;
    month_ = month;
    day_ = day;
    return true;
}

Time TimeReader::finish() {
    const CivilTime at{.year = year_,
                       .month = month_,
                       .day = day_,
                       .hour = hour_,
                       .minute = minute_,
                       .second = second_};
    if (utc_) return from_civil(at, nanoseconds_, nullptr);
    if (!offset_ && zone_name_.empty()) return from_civil(at, nanoseconds_, default_zone_);

    // The default zone is kept where it agrees with what was read.
    Time time = from_civil(at, nanoseconds_, nullptr);
    if (offset_) {
        time.seconds -= *offset_;
        time.zone = default_zone_;
        const ZoneOffset there = time.offset();
        if (there.seconds_east != *offset_ ||
            (!zone_name_.empty() && there.abbreviation != zone_name_))
            time.zone = fixed_zone(zone_name_, *offset_);
        return time;
    }
    Time there = from_civil(at, nanoseconds_, default_zone_);
    if (there.offset().abbreviation == zone_name_) return there;
    int offset = 0;
    if (zone_name_.starts_with("GMT") && zone_name_.size() > 3) {
        for (const char c : zone_name_.substr(4)) offset = offset * 10 + (c - '0');
        offset *= zone_name_[3] == '-' ? -3600 : 3600;
    }
    time.zone = fixed_zone(zone_name_, offset);
    // Compat: the clock of an unknown zone is taken as UTC.
    return time;
}

}  // namespace

std::optional<Time> parse_time(std::string_view layout, std::string_view text, const Zone* zone) {
    return TimeReader(text, zone).read(layout);
}

}  // namespace ww::golib
