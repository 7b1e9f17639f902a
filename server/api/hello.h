// SPDX-License-Identifier: BSD-3-Clause
//
// The handshake, which a private wwd answers before it has opened the site.
#pragma once

#include <string>

#include "base/result.h"
#include "config/config.h"
#include "protocol/types.h"

namespace ww::api {

/// Errors: Conflict, if the client means another site.
Result<protocol::Welcome> welcome(const std::string& config,
                                  const config::WarewulfConf& conf,
                                  const protocol::Hello& hello);

}  // namespace ww::api
