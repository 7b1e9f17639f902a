// SPDX-License-Identifier: BSD-3-Clause
//
// BuildTime as templates have it.
#pragma once

#include <cstdint>
#include <string>

namespace ww::overlay {

/// "04-23-2026 10:11:12 UTC", in the local zone.
std::string build_time_text(int64_t unix_seconds);

}  // namespace ww::overlay
