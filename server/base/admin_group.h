// SPDX-License-Identifier: BSD-3-Clause
//
// The group whose members administer a site without being root, and that may read what is not for
// everybody.
#pragma once

#include <sys/types.h>

#include <optional>

namespace ww {

inline constexpr const char* kAdminGroup = "warewulf";

/// Its number; nothing where there is no such group. Blocking: looked up at each call, since it may
/// be made while we run.
std::optional<gid_t> admin_group();

}  // namespace ww
