// SPDX-License-Identifier: BSD-3-Clause
//
// What distributions tell their services by files of shell assignments: /etc/default of Debian,
// /etc/sysconfig of SUSE.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "configure/plan.h"

namespace ww::configure {

/// The value that the last line KEY=VALUE gives, without quotes; nothing if there is none.
std::optional<std::string> shell_setting(std::string_view text, std::string_view key);
/// With KEY="VALUE" in place of that line, or at the end. `value` must need no escaping.
std::string with_shell_setting(std::string_view text, std::string_view key, std::string_view value);

/// Adds the change to the plan where the file is there and says otherwise; the file is kept as
/// Keep::Copy says. False if there is no such file.
bool add_shell_setting(const Situation& situation,
                       Plan& plan,
                       const std::string& file,
                       std::string_view key,
                       std::string_view value);

}  // namespace ww::configure
