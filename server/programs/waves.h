// SPDX-License-Identifier: BSD-3-Clause
//
// In which order many machines are switched on: a few at a time, and of those behind one breaker
// fewer still. Pure.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace ww::programs {

struct Rate {
    size_t batch = 0;      // machines of a wave; 0: as many as there are
    size_t per_group = 0;  // the same for each group
};

/// How fast machines are begun with.
struct Pace {
    Rate rate;
    std::chrono::seconds pause{0};  // between waves
    bool in_waves = false;          // else each is a wave of its own
};
/// `starts`: they begin to draw power, which a breaker minds. `grouped`: they are in groups, of
/// which one machine goes with a wave unless `rate` says otherwise.
Pace pace_of(Rate rate, std::chrono::seconds pause, bool starts, bool grouped);

/// The places in `groups` (of each machine, the name of its group) wave by wave. A wave takes the
/// first machines that may still go with it; those without a group ("") share one.
std::vector<std::vector<size_t>> in_waves(const std::vector<std::string>& groups, const Rate& rate);

}  // namespace ww::programs
