// SPDX-License-Identifier: BSD-3-Clause
//
// --profile, --image and --tag, by which commands pick nodes.
#pragma once

#include "ctl/flag.h"
#include "protocol/types.h"

namespace ww::ctl::cmd {

protocol::Where where_of(const FlagValues& flags);

}  // namespace ww::ctl::cmd
