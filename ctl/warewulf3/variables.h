// SPDX-License-Identifier: BSD-3-Clause
//
// Files of Warewulf 3 that name fields of the node, "%{NETDEVS::IB0::IPADDR}", as templates of
// ours.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"

namespace ww::ctl::warewulf3 {

/// Nothing if the text names no field. `file` is for messages. Errors: Unprocessable, with the line
/// of a field that has no counterpart.
Result<std::optional<std::string>> as_template(const std::string& text, const std::string& file);

}  // namespace ww::ctl::warewulf3
