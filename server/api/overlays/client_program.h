// SPDX-License-Identifier: BSD-3-Clause
//
// Whether nodes get a wwclient that their machines can run. A node whose overlays bring none, and
// are not meant to, is the site's own affair.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/site.h"
#include "base/machine/architecture.h"
#include "image/variant.h"
#include "jobs/job.h"
#include "nodes/node.h"
#include "overlay/site.h"

namespace ww::api {

/// What overlays that are to bring a client lack for machines of `architecture`: the path of the
/// file that should be there. None if they have it, or none of `overlays` is to bring one.
std::optional<std::string> missing_client(const overlay::Folders& folders,
                                          const std::vector<std::string>& overlays,
                                          Architecture architecture);

/// A line for each file that is missing, with who would need it. Of nodes whose architecture nobody
/// knows nothing is said.
void warn_of_missing_clients(jobs::Job& job,
                             const Site& site,
                             const std::vector<const nodes::Node*>& nodes);

/// The file that machines lack which boot a tree of an image, or will.
std::optional<std::string> missing_client(const Site& site, const image::Variant& tree);

}  // namespace ww::api
