// SPDX-License-Identifier: BSD-3-Clause
//
// Who renders: what every rendering depends on and none records.
#pragma once

#include <string>

#include "config/config.h"

namespace ww::overlay {

/// A digest of this program, and of where functions of templates look for files.
std::string renders_made_by(const config::WarewulfConf& conf);

}  // namespace ww::overlay
