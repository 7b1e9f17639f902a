// SPDX-License-Identifier: BSD-3-Clause
#include "redfish/sensors.h"

#include <fmt/format.h>

#include <algorithm>

namespace ww::redfish {

namespace {

struct Unit {
    std::string_view theirs;
    std::string_view shown;
};
// Units are UCUM's, or words of older types.
constexpr Unit kUnits[] = {
    {"Cel", "degrees C"},
    {"V", "Volts"},
    {"A", "Amps"},
    {"W", "Watts"},
    {"RPM", "RPM"},
    {"{rev}/min", "RPM"},
    {"%", "percent"},
    {"Percent", "percent"},
    {"J", "Joules"},
    {"kW.h", "kWh"},
    {"Hz", "Hz"},
};

// A BMC's text must not become another line or column, or move the cursor.
std::string on_one_line(std::string text) {
    std::ranges::replace_if(
        text,
        [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '|' || c == '\x7f'; },
        ' ');
    return text;
}

std::string unit_shown(const std::string& unit) {
    const auto* const known = std::ranges::find(kUnits, unit, &Unit::theirs);
    return known == std::end(kUnits) ? on_one_line(unit) : std::string(known->shown);
}

/// As ipmitool has it: ok, non-critical, critical; ns where nothing is measured.
std::string_view status_of(const Sensor& sensor) {
    if (sensor.absent || !sensor.value) return "ns";
    if (sensor.health == "Critical") return "cr";
    if (sensor.health == "Warning") return "nc";
    return "ok";
}

std::string three_places(const std::optional<double>& value) {
    return value ? fmt::format("{:.3f}", *value) : "na";
}

std::string plain(double value) {
    std::string text = fmt::format("{:.3f}", value);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text;
}

bool is_absent(const Document& document) {
    const std::string state = document.text({"Status", "State"});
    return state == "Absent" || state == "Disabled" || state == "UnavailableOffline";
}

// A row of Thermal or Power, which have their thresholds side by side.
Sensor old_sensor(const Document& row, std::string_view reading, std::string unit) {
    Sensor sensor;
    sensor.name = row.text({"Name"});
    if (sensor.name.empty()) sensor.name = row.text({"FanName"});
    if (sensor.name.empty()) sensor.name = row.text({"MemberId"});
    sensor.value = row.number({reading});
    sensor.unit = std::move(unit);
    sensor.health = row.text({"Status", "Health"});
    sensor.absent = is_absent(row);
    sensor.lower_fatal = row.number({"LowerThresholdFatal"});
    sensor.lower_critical = row.number({"LowerThresholdCritical"});
    sensor.lower_caution = row.number({"LowerThresholdNonCritical"});
    sensor.upper_caution = row.number({"UpperThresholdNonCritical"});
    sensor.upper_critical = row.number({"UpperThresholdCritical"});
    sensor.upper_fatal = row.number({"UpperThresholdFatal"});
    return sensor;
}

}  // namespace

Sensor sensor_of(const Document& document) {
    const auto threshold = [&](std::string_view name) {
        return document.number({"Thresholds", name, "Reading"});
    };
    Sensor sensor;
    sensor.name = document.text({"Name"});
    if (sensor.name.empty()) sensor.name = document.text({"Id"});
    sensor.value = document.number({"Reading"});
    sensor.unit = document.text({"ReadingUnits"});
    sensor.health = document.text({"Status", "Health"});
    sensor.absent = is_absent(document);
    sensor.lower_fatal = threshold("LowerFatal");
    sensor.lower_critical = threshold("LowerCritical");
    sensor.lower_caution = threshold("LowerCaution");
    sensor.upper_caution = threshold("UpperCaution");
    sensor.upper_critical = threshold("UpperCritical");
    sensor.upper_fatal = threshold("UpperFatal");
    return sensor;
}

std::vector<Sensor> sensors_of_thermal(const Document& document) {
    std::vector<Sensor> out;
    for (const Document& row : document.items({"Temperatures"}))
        out.push_back(old_sensor(row, "ReadingCelsius", "Cel"));
    for (const Document& row : document.items({"Fans"})) {
        const std::string unit = row.text({"ReadingUnits"});
        out.push_back(old_sensor(row, "Reading", unit.empty() ? "RPM" : unit));
    }
    return out;
}

std::vector<Sensor> sensors_of_power(const Document& document) {
    std::vector<Sensor> out;
    for (const Document& row : document.items({"Voltages"}))
        out.push_back(old_sensor(row, "ReadingVolts", "V"));
    for (const Document& row : document.items({"PowerControl"}))
        out.push_back(old_sensor(row, "PowerConsumedWatts", "W"));
    for (const Document& row : document.items({"PowerSupplies"}))
        out.push_back(old_sensor(row, "LastPowerOutputWatts", "W"));
    return out;
}

std::string short_table(const std::vector<Sensor>& sensors) {
    std::string out;
    for (const Sensor& sensor : sensors)
        out += fmt::format("{:<16} | {:<17} | {}\n",
                           on_one_line(sensor.name),
                           sensor.value && !sensor.absent
                               ? fmt::format("{} {}", plain(*sensor.value), unit_shown(sensor.unit))
                               : "no reading",
                           status_of(sensor));
    return out;
}

std::string full_table(const std::vector<Sensor>& sensors) {
    std::string out;
    for (const Sensor& sensor : sensors) {
        out += fmt::format("{:<16} | {:<10} | {:<10} | {:<6}",
                           on_one_line(sensor.name),
                           sensor.absent ? "na" : three_places(sensor.value),
                           unit_shown(sensor.unit),
                           status_of(sensor) == "ns" ? "na" : status_of(sensor));
        for (const auto* limit : {&sensor.lower_fatal,
                                  &sensor.lower_critical,
                                  &sensor.lower_caution,
                                  &sensor.upper_caution,
                                  &sensor.upper_critical,
                                  &sensor.upper_fatal})
            out += fmt::format("| {:<10}", three_places(*limit));
        out += "\n";
    }
    return out;
}

}  // namespace ww::redfish
