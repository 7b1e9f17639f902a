// SPDX-License-Identifier: BSD-3-Clause
#include "golib/time_layout.h"

namespace ww::golib {
namespace {

struct Pattern {
    std::string_view text;
    LayoutPart part;
    bool not_before_lower_case = false;  // "Jan" is not in "Janus"
};

// Longer ones before those they start with.
constexpr Pattern kPatterns[] = {
    {"January", LayoutPart::LongMonth},
    {"Jan", LayoutPart::Month, true},
    {"Monday", LayoutPart::LongWeekday},
    {"Mon", LayoutPart::Weekday, true},
    {"MST", LayoutPart::ZoneName},
    {"01", LayoutPart::ZeroMonth},
    {"02", LayoutPart::ZeroDay},
    {"03", LayoutPart::ZeroHour12},
    {"04", LayoutPart::ZeroMinute},
    {"05", LayoutPart::ZeroSecond},
    {"06", LayoutPart::Year},
    {"002", LayoutPart::ZeroYearDay},
    {"15", LayoutPart::Hour},
    {"1", LayoutPart::NumericMonth},
    {"2006", LayoutPart::LongYear},
    {"2", LayoutPart::Day},
    {"_2", LayoutPart::SpaceDay},
    {"__2", LayoutPart::SpaceYearDay},
    {"3", LayoutPart::Hour12},
    {"4", LayoutPart::Minute},
    {"5", LayoutPart::Second},
    {"PM", LayoutPart::UpperPm},
    {"pm", LayoutPart::LowerPm},
};

bool is_digit_at(std::string_view text, size_t at) {
    return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

// "-07:00" and "Z07:00": length of the match, 0 for none.
size_t match_offset(std::string_view text, LayoutPiece& piece) {
    piece.z_for_utc = text[0] == 'Z';
    const std::string_view rest = text.substr(1);
    const auto is = [&](std::string_view form, bool colons, bool minutes, bool seconds) {
        piece.colons = colons;
        piece.minutes = minutes;
        piece.seconds = seconds;
        return rest.starts_with(form) ? form.size() + 1 : 0;
    };
    if (const size_t size = is("070000", false, true, true)) return size;
    if (const size_t size = is("07:00:00", true, true, true)) return size;
    if (const size_t size = is("0700", false, true, false)) return size;
    if (const size_t size = is("07:00", true, true, false)) return size;
    return is("07", false, false, false);
}

size_t match_fraction(std::string_view text, LayoutPiece& piece) {
    if (text.size() < 2 || (text[1] != '0' && text[1] != '9')) return 0;
    size_t end = 1;
    while (end < text.size() && text[end] == text[1]) ++end;
    if (is_digit_at(text, end)) return 0;
    piece.part = text[1] == '0' ? LayoutPart::ExactFraction : LayoutPart::TrimmedFraction;
    piece.separator = text[0];
    piece.digits = static_cast<int>(end) - 1;
    return end;
}

size_t match(std::string_view text, LayoutPiece& piece) {
    if (text[0] == '.' || text[0] == ',') return match_fraction(text, piece);
    if (text[0] == '-' || text[0] == 'Z') {
        piece.part = LayoutPart::Offset;
        return match_offset(text, piece);
    }
    for (const Pattern& pattern : kPatterns) {
        if (!text.starts_with(pattern.text)) continue;
        const char next = text.size() > pattern.text.size() ? text[pattern.text.size()] : '\0';
        if (pattern.not_before_lower_case && next >= 'a' && next <= 'z') continue;
        piece.part = pattern.part;
        return pattern.text.size();
    }
    return 0;
}

}  // namespace

LayoutPiece next_piece(std::string_view layout) {
    LayoutPiece piece;
    for (size_t at = 0; at < layout.size(); ++at) {
        // "_2006" is an underscore and a year.
        if (layout.substr(at).starts_with("_2006")) continue;
        const size_t size = match(layout.substr(at), piece);
        if (size == 0) continue;
        piece.before = layout.substr(0, at);
        piece.after = layout.substr(at + size);
        return piece;
    }
    piece.part = LayoutPart::None;
    piece.before = layout;
    return piece;
}

}  // namespace ww::golib
