// SPDX-License-Identifier: BSD-3-Clause
//
// Any bytes as what a management controller answers: whatever it is, it is a line for each sensor,
// paths of the same host, or an error.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "redfish/choice.h"
#include "redfish/document.h"
#include "redfish/problem.h"
#include "redfish/sensors.h"

namespace {

using namespace ww::redfish;

void check_table(const std::string& table, size_t rows) {
    WW_CHECK(std::ranges::count(table, '\n') == static_cast<std::ptrdiff_t>(rows),
             "a sensor is not a line");
}

void check_links(const std::vector<std::string>& links) {
    for (const std::string& link : links)
        WW_CHECK(link.starts_with('/') && !link.starts_with("//"), "a link leads away");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    (void)problem_of(400, text);
    (void)is_session_limit(400, text);
    const auto document = Document::parse(text);
    if (!document) return 0;
    for (auto sensors : {std::vector<Sensor>{sensor_of(*document)},
                         sensors_of_thermal(*document),
                         sensors_of_power(*document)}) {
        check_table(short_table(sensors), sensors.size());
        check_table(full_table(sensors), sensors.size());
    }
    check_links(document->links({"Members"}));
    check_links(document->links({"Links", "Chassis"}));
    (void)ssh_console(*document, *document);
    (void)choose_reset(*find_switch("PowerCycle"), allowable(*document, "ResetType"));
    (void)allowable_by_info(*document, "ResetType");
    return 0;
}
