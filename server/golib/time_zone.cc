// SPDX-License-Identifier: BSD-3-Clause
//
// Zones of the system's tz database. Source: RFC 8536 (the file format), POSIX TZ (its footer).
#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <vector>

#include "base/file.h"
#include "base/guarded.h"
#include "golib/civil.h"
#include "golib/time.h"

namespace ww::golib {

class Zone {
   public:
    struct Kind {
        int seconds_east = 0;
        std::string abbreviation;
        bool daylight = false;
    };
    struct Change {
        int64_t at = 0;
        size_t kind = 0;
    };
    // "M3.5.0/2": a day of the year and a time of that day.
    struct Rule {
        char type = 'M';  // M: month, week, day; J: day without 29 February; D: day from 0
        int month = 0, week = 0, day = 0;
        int seconds = 7200;
    };
    // What holds after the last change.
    struct Footer {
        bool present = false, has_daylight = false;
        Kind standard, daylight;
        Rule start, end;
    };

    std::string name;
    std::vector<Kind> kinds;
    std::vector<Change> changes;
    Footer footer;

    ZoneOffset at(int64_t seconds) const;
};

namespace {

constexpr const char* kDatabase = "/usr/share/zoneinfo/";
constexpr int64_t kMaxZoneBytes = 1 << 20;

ZoneOffset offset_of(const Zone::Kind& kind) { return {kind.seconds_east, kind.abbreviation}; }

// ---- The footer: "CET-1CEST,M3.5.0,M10.5.0/3" ----

class FooterReader {
   public:
    explicit FooterReader(std::string_view text) : rest_(text) {}

    bool read(Zone::Footer& footer) {
        if (!name(footer.standard.abbreviation) || !offset(footer.standard.seconds_east))
            return false;
        footer.standard.seconds_east = -footer.standard.seconds_east;
        footer.present = true;
        if (rest_.empty()) return true;
        footer.has_daylight = footer.daylight.daylight = true;
        if (!name(footer.daylight.abbreviation)) return false;
        footer.daylight.seconds_east = -footer.standard.seconds_east - 3600;
        if (!rest_.empty() && rest_[0] != ',' && !offset(footer.daylight.seconds_east))
            return false;
        footer.daylight.seconds_east = -footer.daylight.seconds_east;
        if (rest_.empty()) rest_ = ",M3.2.0,M11.1.0";
        return rule(footer.start) && rule(footer.end) && rest_.empty();
    }

   private:
    bool take(char c) {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    bool name(std::string& into) {
        const bool quoted = take('<');
        const auto ends = [&](char c) {
            return quoted ? c == '>' : !((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
        };
        while (!rest_.empty() && !ends(rest_[0])) {
            into += rest_[0];
            rest_.remove_prefix(1);
        }
        return quoted ? take('>') : into.size() >= 3;
    }

    bool number(int& into) {
        if (rest_.empty() || rest_[0] < '0' || rest_[0] > '9') return false;
        into = 0;
        for (; !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9' && into < 1000;
             rest_.remove_prefix(1))
            into = into * 10 + (rest_[0] - '0');
        return true;
    }

    bool offset(int& seconds) {
        const bool negative = take('-');
        if (!negative) take('+');
        int hours = 0, minutes = 0, rest = 0;
        if (!number(hours)) return false;
        if (take(':') && !number(minutes)) return false;
        if (take(':') && !number(rest)) return false;
        seconds = (hours * 3600 + minutes * 60 + rest) * (negative ? -1 : 1);
        return true;
    }

    bool rule(Zone::Rule& rule) {
        if (!take(',')) return false;
        rule.type = take('M') ? 'M' : take('J') ? 'J' : 'D';
        if (rule.type == 'M') {
            if (!number(rule.month) || !take('.') || !number(rule.week) || !take('.')) return false;
            if (rule.month < 1 || rule.month > 12 || rule.week < 1 || rule.week > 5) return false;
        }
        if (!number(rule.day)) return false;
        return !take('/') || offset(rule.seconds);
    }

    std::string_view rest_;
};

// The instant at which `rule` strikes in `year`, under the offset that holds before.
int64_t instant_of(const Zone::Rule& rule, int64_t year, int seconds_east) {
    const int64_t new_year = days_from_civil({.year = year});
    int64_t day = 0;  // since 1970-01-01
    if (rule.type == 'M') {
        const int64_t first = days_from_civil({.year = year, .month = rule.month});
        const int64_t first_weekday = ((first + 4) % 7 + 7) % 7;
        int64_t of_month = (rule.day - first_weekday + 7) % 7 + (rule.week - 1) * 7;
        while (of_month >= days_in_month(year, rule.month)) of_month -= 7;
        day = first + of_month;
    } else if (rule.type == 'J') {
        day = new_year + rule.day - 1 + (is_leap_year(year) && rule.day >= 60);
    } else {
        day = new_year + rule.day;
    }
    return day * kSecondsPerDay + rule.seconds - seconds_east;
}

ZoneOffset offset_of(const Zone::Footer& footer, int64_t seconds) {
    if (!footer.has_daylight) return offset_of(footer.standard);
    const int64_t year = civil({seconds, 0, nullptr}).year;
    const int64_t start = instant_of(footer.start, year, footer.standard.seconds_east);
    const int64_t end = instant_of(footer.end, year, footer.daylight.seconds_east);
    const bool daylight =
        start < end ? seconds >= start && seconds < end : seconds >= start || seconds < end;
    return offset_of(daylight ? footer.daylight : footer.standard);
}

// ---- The file ----

class FileReader {
   public:
    explicit FileReader(std::string_view bytes) : bytes_(bytes) {}

    bool read(Zone& zone) {
        Header header;
        if (!read_header(header)) return false;
        if (header.version >= '2') {
            // The first block has 32-bit times for old readers.
            if (!skip(header.size(4)) || !read_header(header)) return false;
            return read_block(zone, header, 8) && read_footer(zone);
        }
        return read_block(zone, header, 4);
    }

   private:
    struct Header {
        char version = 0;
        size_t utc = 0, standard = 0, leaps = 0, times = 0, types = 0, characters = 0;

        size_t size(size_t width) const {
            return times * width + times + types * 6 + characters + leaps * (width + 4) + standard +
                   utc;
        }
    };

    bool skip(size_t count) {
        if (bytes_.size() < count) return false;
        bytes_.remove_prefix(count);
        return true;
    }

    int64_t big_endian(size_t at, size_t width) const {
        uint64_t value = static_cast<unsigned char>(bytes_[at]) & 0x80 ? ~uint64_t{0} : 0;
        for (size_t i = 0; i < width; ++i)
            value = value << 8 | static_cast<unsigned char>(bytes_[at + i]);
        return static_cast<int64_t>(value);
    }

    bool read_header(Header& header) {
        constexpr size_t kBytes = 44;
        if (bytes_.size() < kBytes || !bytes_.starts_with("TZif")) return false;
        header.version = bytes_[4];
        size_t* const counts[] = {&header.utc,
                                  &header.standard,
                                  &header.leaps,
                                  &header.times,
                                  &header.types,
                                  &header.characters};
        for (size_t i = 0; i < 6; ++i)
            *counts[i] = static_cast<uint32_t>(big_endian(20 + i * 4, 4));
        return skip(kBytes);
    }

    bool read_block(Zone& zone, const Header& header, size_t width) {
        if (bytes_.size() < header.size(width) || header.types == 0) return false;
        const size_t kinds_at = header.times * (width + 1);
        const size_t names_at = kinds_at + header.types * 6;
        for (size_t i = 0; i < header.times; ++i) {
            const size_t kind = static_cast<unsigned char>(bytes_[header.times * width + i]);
            if (kind >= header.types) return false;
            zone.changes.push_back({big_endian(i * width, width), kind});
        }
        for (size_t i = 0; i < header.types; ++i) {
            const size_t at = kinds_at + i * 6;
            const size_t name = static_cast<unsigned char>(bytes_[at + 5]);
            if (name >= header.characters) return false;
            const std::string_view names = bytes_.substr(names_at, header.characters);
            zone.kinds.push_back({static_cast<int>(big_endian(at, 4)),
                                  std::string(names.substr(name, names.find('\0', name) - name)),
                                  bytes_[at + 4] != 0});
        }
        return skip(header.size(width));
    }

    bool read_footer(Zone& zone) {
        if (!bytes_.starts_with('\n')) return true;
        const size_t end = bytes_.find('\n', 1);
        if (end == bytes_.npos) return true;
        Zone::Footer footer;
        if (FooterReader(bytes_.substr(1, end - 1)).read(footer)) zone.footer = std::move(footer);
        return true;
    }

    std::string_view bytes_;
};

const Zone* load_zone(const std::string& path, std::string_view name) {
    const auto bytes = read_file(path, kMaxZoneBytes);
    if (!bytes) return nullptr;
    auto zone = std::make_unique<Zone>();
    zone->name = name;
    return FileReader(*bytes).read(*zone) ? zone.release()
                                          : nullptr;  // lives for the whole program
}

const Zone* load_local_zone() {
    const char* variable = std::getenv("TZ");
    if (!variable) {
        const Zone* zone = load_zone("/etc/localtime", "Local");
        return zone ? zone : utc_zone();
    }
    std::string name = variable;
    if (name.starts_with(':')) name.erase(0, 1);
    const Zone* zone = nullptr;
    if (name.starts_with('/'))
        zone = load_zone(name, "Local");
    else if (!name.empty() && name != "UTC")
        zone = load_zone(kDatabase + name, "Local");
    return zone ? zone : utc_zone();
}

}  // namespace

ZoneOffset Zone::at(int64_t seconds) const {
    if (!changes.empty() && seconds >= changes.front().at) {
        if (seconds >= changes.back().at && footer.present) return offset_of(footer, seconds);
        const auto after = std::upper_bound(
            changes.begin(), changes.end(), seconds, [](int64_t t, const Change& change) {
                return t < change.at;
            });
        return offset_of(kinds[std::prev(after)->kind]);
    }
    if (changes.empty() && footer.present) return offset_of(footer, seconds);
    const auto standard =
        std::find_if(kinds.begin(), kinds.end(), [](const Kind& kind) { return !kind.daylight; });
    return offset_of(standard == kinds.end() ? kinds.front() : *standard);
}

const Zone* utc_zone() {
    static const Zone* const zone = new Zone{"UTC", {{0, "UTC", false}}, {}, {}};
    return zone;
}

const Zone* local_zone() {
    static const Zone* const zone = load_local_zone();
    return zone;
}

const Zone* fixed_zone(std::string_view abbreviation, int seconds_east) {
    using Key = std::pair<std::string, int>;
    static auto& zones = *new Guarded<std::map<Key, const Zone*>>;
    return zones.with([&](std::map<Key, const Zone*>& all) {
        const Zone*& zone = all[{std::string(abbreviation), seconds_east}];
        if (!zone)
            zone = new Zone{std::string(abbreviation),
                            {{seconds_east, std::string(abbreviation), false}},
                            {},
                            {}};
        return zone;
    });
}

const Zone* find_zone(std::string_view name) {
    if (name.empty() || name == "UTC") return utc_zone();
    if (name == "Local") return local_zone();
    // The name becomes a path.
    if (name.find("..") != name.npos || name.starts_with('/') || name.find('\\') != name.npos)
        return nullptr;
    static auto& zones = *new Guarded<std::map<std::string, const Zone*, std::less<>>>;
    return zones.with([&](std::map<std::string, const Zone*, std::less<>>& all) -> const Zone* {
        if (const auto found = all.find(name); found != all.end()) return found->second;
        const Zone* zone = load_zone(kDatabase + std::string(name), name);
        if (zone) all.emplace(name, zone);
        return zone;
    });
}

std::string_view zone_name(const Zone* zone) { return zone ? std::string_view(zone->name) : "UTC"; }

ZoneOffset Time::offset() const { return zone ? zone->at(seconds) : ZoneOffset{0, "UTC"}; }

}  // namespace ww::golib
