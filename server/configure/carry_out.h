// SPDX-License-Identifier: BSD-3-Clause
//
// A plan shown, or carried out: every new file is checked by the service's own program before any
// is put into place, each appears whole or not at all, and services are touched last. A run that is
// cut short is finished by the next.
#pragma once

#include <functional>
#include <string>

#include "configure/plan.h"

namespace ww::configure {

/// What the plan would do, as text: a unified diff per file, a sentence for the rest. Empty if
/// there is nothing to do.
std::string show(const Plan& plan, Services& services, const Record& record);

using Say = std::function<void(const std::string& level, const std::string& text)>;

/// Returns whether anything was done. Errors: Unprocessable (a checker refuses a file; nothing of
/// this plan was done), FailedPrecondition (a service does not start), Io, PermissionDenied.
Result<bool> carry_out(const Plan& plan, Services& services, Record& record, const Say& say);

}  // namespace ww::configure
