// SPDX-License-Identifier: BSD-3-Clause
#include "power/verb.h"

#include <algorithm>

namespace ww::power {

namespace {

// Upstream's templates know the first nine.
constexpr Verb kVerbs[] = {
    {.word = "on", .template_ = "PowerOn", .starts = true},
    {.word = "off", .template_ = "PowerOff", .interrupts = true},
    {.word = "cycle", .template_ = "PowerCycle", .interrupts = true, .starts = true},
    {.word = "reset", .template_ = "PowerReset", .interrupts = true, .starts = true},
    {.word = "soft", .template_ = "PowerSoft", .interrupts = true},
    {"status", "PowerStatus"},
    {"sensors", "SDRList"},
    {"sensors full", "SensorList"},
    {"console", "Console"},
    {"identify", "Identify"},
    {"identify off", "IdentifyOff"},
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
