// SPDX-License-Identifier: BSD-3-Clause
//
// What nodes and profiles refer to and is not there, or not what it should be: profiles, images,
// overlays, templates, kernels; addresses that two nodes have, that are none, or that lead nowhere.
// All of it is allowed (an image may be imported later), so nothing is refused: it is said when it
// is made, and as long as it stands. Blocking; any thread.
#pragma once

#include <string>
#include <vector>

#include "api/handlers.h"
#include "nodes/snapshot.h"

namespace ww::api {

/// Of a whole site: a line for each thing, with all entries it is true of. Not more than `lines`;
/// a last one counts the rest.
std::vector<std::string> odd_references(const Site& site, const nodes::Snapshot& now, size_t lines);

/// The same of what a change made; looks only at what is different.
std::vector<std::string> odd_references(const Site& site,
                                        const nodes::Snapshot& before,
                                        const nodes::Snapshot& after,
                                        size_t lines);

}  // namespace ww::api
