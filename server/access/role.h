// SPDX-License-Identifier: BSD-3-Clause
//
// What somebody may do: three roles, each of which may all that the one before it may.
#pragma once

#include <optional>
#include <string_view>

namespace ww::access {

enum class Role {
    ReadOnly,  // look at what is not secret
    Operator,  // also power, builds of images and overlays, jobs
    Admin,     // everything that the group `warewulf` may
};

/// "read-only", "operator", "admin".
std::string_view to_string(Role role);
std::optional<Role> role_from(std::string_view text);

}  // namespace ww::access
