// SPDX-License-Identifier: BSD-3-Clause
//
// What can be wrong with the files of one node. Internal to this layer.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/overlays/node_files.h"

namespace ww::api {

enum class Severity { Error, Warn, Info };

/// The same for several nodes is told once.
struct Finding {
    Severity severity = Severity::Warn;
    std::string word;
    std::string overlay;
    std::string place;
    std::string text;

    auto operator<=>(const Finding&) const = default;
};

/// Names of tags and resources that anything in the site sets.
struct KnownNames {
    std::set<std::string, std::less<>> tags;
    std::set<std::string, std::less<>> resources;

    static KnownNames of(const nodes::Registry& registry);
};

/// How archives reach nodes.
struct Serving {
    bool secure = true;  // runtime archives only to privileged ports
    bool tls = false;    // runtime archives by HTTPS only
};

std::vector<Finding> findings_of(const render::RootData& root,
                                 overlay::Context context,
                                 const overlay::Origins& origins,
                                 const KnownNames& known,
                                 const Serving& serving);

}  // namespace ww::api
