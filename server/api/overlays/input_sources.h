// SPDX-License-Identifier: BSD-3-Clause
//
// What a template read for a node, and who set it: the node or a profile, in which revision.
// Internal to this layer.
#pragma once

#include <string>
#include <vector>

#include "api/overlays/node_files.h"
#include "protocol/origins.h"

namespace ww::api {

/// In the order of first reading, files last. Secrets are masked unless the caller may see them.
/// Errors: those of a node whose fields cannot be listed.
Result<std::vector<protocol::ExplainedInput>> inputs_of(Call& call,
                                                        const render::RootData& root,
                                                        const render::Trace& trace);

}  // namespace ww::api
