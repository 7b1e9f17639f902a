// SPDX-License-Identifier: BSD-3-Clause
//
// What connections of the API socket may take: of who may change things, and of everybody else.
#pragma once

#include "http/limits.h"

namespace ww::daemon {

http::Limits api_limits();
http::Limits guest_limits();

}  // namespace ww::daemon
