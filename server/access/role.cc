// SPDX-License-Identifier: BSD-3-Clause
#include "access/role.h"

namespace ww::access {

std::string_view to_string(Role role) {
    switch (role) {
        case Role::ReadOnly:
            return "read-only";
        case Role::Operator:
            return "operator";
        case Role::Admin:
            break;
    }
    return "admin";
}

std::optional<Role> role_from(std::string_view text) {
    for (const Role role : {Role::ReadOnly, Role::Operator, Role::Admin})
        if (text == to_string(role)) return role;
    return std::nullopt;
}

}  // namespace ww::access
