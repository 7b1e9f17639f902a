// SPDX-License-Identifier: BSD-3-Clause
//
// Moments as people type them.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace ww::ctl {

/// "30m", "2h", "3d", "1w": seconds. Errors: InvalidArgument.
Result<int64_t> read_duration(const std::string& text);

/// Which moment of it a day without a time of day means.
enum class DayIs { Begun, Over };

/// "2026-07-01", "2026-07-01 13:30", with seconds, too, in local time; or "30m", "2h", "3d", "1w"
/// before `now`. Unix seconds. Errors: InvalidArgument.
Result<int64_t> read_time(const std::string& text, int64_t now, DayIs day);

}  // namespace ww::ctl
