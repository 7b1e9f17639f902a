// SPDX-License-Identifier: BSD-3-Clause
#include "power/verb.h"

#include <algorithm>

namespace ww::power {

namespace {

// Upstream's templates know the first nine.
constexpr Verb kVerbs[] = {
    {"on", "PowerOn"},
    {"off", "PowerOff", true},
    {"cycle", "PowerCycle", true},
    {"reset", "PowerReset", true},
    {"soft", "PowerSoft", true},
    {"status", "PowerStatus"},
    {"sensors", "SDRList"},
    {"sensors full", "SensorList"},
    {"console", "Console"},
    {"identify", "Identify"},
    {"bootdev pxe", "BootPxe"},
    {"bootdev disk", "BootDisk"},
    {"bootdev bios", "BootBios"},
};

}  // namespace

std::span<const Verb> verbs() { return kVerbs; }

const Verb* find_verb(std::string_view word) {
    const auto found = std::ranges::find(kVerbs, word, &Verb::word);
    return found == std::end(kVerbs) ? nullptr : found;
}

}  // namespace ww::power
