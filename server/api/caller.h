// SPDX-License-Identifier: BSD-3-Clause
//
// Who asks, and what that one may: root and the group `warewulf` may change things and see secrets.
#pragma once

#include <optional>

#include "http/message.h"

namespace ww::api {

inline constexpr const char* kAdminGroup = "warewulf";

struct Caller {
    bool is_admin = false;  // may change things and see secrets
    bool is_root = false;   // may also make wwd read any file of this machine

    /// As the kernel saw the peer of a UNIX socket. Nobody without credentials is anybody.
    static Caller of(const std::optional<http::Credentials>& credentials);
    /// The user who started this very process: file permissions say what it may.
    static Caller itself() { return {true, true}; }
};

}  // namespace ww::api
