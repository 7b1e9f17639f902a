// SPDX-License-Identifier: BSD-3-Clause
//
// What programs for management controllers agree on beside the fields.
#pragma once

namespace ww::fields {

/// The variable of the environment that has a controller's password: command lines can be read by
/// everybody. ipmitool's -E reads it. Source: ipmitool(1).
inline constexpr const char* kBmcPasswordVariable = "IPMITOOL_PASSWORD";

}  // namespace ww::fields
