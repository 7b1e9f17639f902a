// SPDX-License-Identifier: BSD-3-Clause
//
// JSON text as values.
#pragma once

#include <boost/json/value.hpp>
#include <string_view>

#include "base/result.h"

namespace ww::rest {

/// As boost::json::parse(), whose numbers, though, may be others than those that are written: its
/// fast way is off by a few units in the last place, and has infinities. Errors: InvalidArgument.
Result<boost::json::value> read_json(std::string_view text, size_t most_depth);

}  // namespace ww::rest
