// SPDX-License-Identifier: BSD-3-Clause
#include "programs/waves.h"

#include <algorithm>
#include <limits>
#include <map>

namespace ww::programs {

namespace {

size_t or_all(size_t limit) { return limit == 0 ? std::numeric_limits<size_t>::max() : limit; }

}  // namespace

Pace pace_of(Rate rate, std::chrono::seconds pause, bool starts, bool grouped) {
    if (grouped && rate.per_group == 0) rate.per_group = 1;
    if (starts && (rate.batch > 0 || rate.per_group > 0))
        return {rate, std::max(pause, std::chrono::seconds(1)), true};
    return {{.batch = pause.count() > 0 ? size_t{1} : 0}, pause, false};
}

std::vector<std::vector<size_t>> in_waves(const std::vector<std::string>& groups,
                                          const Rate& rate) {
    std::vector<std::vector<size_t>> waves;
    std::map<std::string, size_t> first_with_room;     // of a group: waves before it are full of it
    std::map<std::string, std::vector<size_t>> taken;  // of a group: by wave
    size_t first_open = 0;                             // waves before it are full
    for (size_t i = 0; i < groups.size(); ++i) {
        auto& counts = taken[groups[i]];
        size_t& wave = first_with_room[groups[i]];
        wave = std::max(wave, first_open);
        while (true) {
            if (wave == waves.size()) waves.emplace_back();
            if (counts.size() <= wave) counts.resize(wave + 1);
            if (waves[wave].size() < or_all(rate.batch) && counts[wave] < or_all(rate.per_group))
                break;
            ++wave;
        }
        waves[wave].push_back(i);
        ++counts[wave];
        while (first_open < waves.size() && waves[first_open].size() >= or_all(rate.batch))
            ++first_open;
    }
    return waves;
}

}  // namespace ww::programs
