// SPDX-License-Identifier: BSD-3-Clause
//
// Which requests can be planned, and what each would do. Internal to this layer.
#pragma once

#include "api/handlers.h"
#include "api/plan/plan.h"

namespace ww::api {

/// Runs the request's handler so that nothing is changed. Errors: those of the handler, which the
/// change itself would have; InvalidArgument (it is no change of nodes, profiles, overlays or
/// images).
Result<Plan> plan_of(Call& call, const protocol::PlanRequest& request);

}  // namespace ww::api
