// SPDX-License-Identifier: BSD-3-Clause
//
// What a service says went wrong. Source: DSP0266 "Error responses".
#pragma once

#include <string_view>

#include "base/result.h"

namespace ww::redfish {

/// A reply whose status is none of success as an error that quotes what it says.
/// Codes: Unauthenticated (401), PermissionDenied (403), NotFound (404), Conflict (409, 412),
/// Unavailable (503), Unprocessable.
Error problem_of(int status, std::string_view body);

/// Whether it refuses a session since there are as many as it bears.
bool is_session_limit(int status, std::string_view body);

}  // namespace ww::redfish
