// SPDX-License-Identifier: BSD-3-Clause
//
// A line about many nodes, where what it becomes depends on each: nodes for which it is the same
// share one command. And options that mean the same with every word about nodes.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "ctl/warewulf3/options.h"
#include "ctl/warewulf3/site.h"
#include "ctl/warewulf3/words.h"
#include "fields/warewulf3.h"

namespace ww::ctl::warewulf3 {

class ByNode {
   public:
    /// `flags` of `wwctl node set`; none: nothing is to be done.
    void add(const std::string& node, const std::vector<std::string>& flags) {
        if (flags.empty()) return;
        const auto it = std::find_if(groups_.begin(), groups_.end(), [&](const auto& group) {
            return group.first == flags;
        });
        if (it != groups_.end())
            it->second.push_back(node);
        else
            groups_.push_back({flags, {node}});
    }

    void put_into(Plan& plan, bool yes) const {
        for (const auto& [flags, nodes] : groups_) {
            std::vector<std::string> words{"node", "set"};
            if (yes) words.emplace_back("--yes");
            words.insert(words.end(), flags.begin(), flags.end());
            words.insert(words.end(), nodes.begin(), nodes.end());
            plan.wwctl(std::move(words));
        }
    }

   private:
    std::vector<std::pair<std::vector<std::string>, std::vector<std::string>>> groups_;
};

/// One command of wwctl for all targets, wildcards replaced. Errors: NotFound.
inline Result<Plan> with_targets(Words words, const Line& line, Site& site) {
    WW_TRY(const Words names, expand(line.targets, site));
    return Plan::of(joined(std::move(words), names));
}

/// --lookup: which field targets are.
inline Option lookup_option() {
    return {.name = "lookup",
            .letter = 'l',
            .becomes = Becomes::Refused,
            .target = "targets are names; wwctl node list --tag and --profile pick by others",
            .harmless = "name"};
}

/// The option of a field that nodes do not have.
inline Option lost_option(std::string_view name, char letter = 0) {
    const auto& all = fields::warewulf3::kLost;
    const auto row =
        std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.option == name; });
    WW_CHECK(row != all.end(), "the table of Warewulf 3's fields has the option");
    return {.name = name,
            .letter = letter,
            .becomes = row->needless ? Becomes::Nothing : Becomes::Refused,
            .target = row->advice,
            .harmless = row->harmless};
}

}  // namespace ww::ctl::warewulf3
