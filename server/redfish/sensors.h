// SPDX-License-Identifier: BSD-3-Clause
//
// What a chassis measures, from any of the shapes it is told in, as ipmitool's tables show it.
// Source: DSP0268 "Sensor", "Thermal", "Power"; ipmitool(1) "sdr list", "sensor list".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "redfish/document.h"

namespace ww::redfish {

struct Sensor {
    std::string name;
    std::optional<double> value;
    std::string unit;    // "Cel", "RPM", "V", "W", "%": as it is told
    std::string health;  // "OK", "Warning", "Critical"; "" where it is not told
    bool absent = false;
    // Limits, the most critical ones outermost.
    std::optional<double> lower_fatal, lower_critical, lower_caution;
    std::optional<double> upper_caution, upper_critical, upper_fatal;
};

/// A resource of type Sensor.
Sensor sensor_of(const Document& document);
/// What resources of the older types Thermal and Power hold.
std::vector<Sensor> sensors_of_thermal(const Document& document);
std::vector<Sensor> sensors_of_power(const Document& document);

/// "CPU1 Temp        | 45 degrees C      | ok".
std::string short_table(const std::vector<Sensor>& sensors);
/// With thresholds.
std::string full_table(const std::vector<Sensor>& sensors);

}  // namespace ww::redfish
