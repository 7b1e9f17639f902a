// SPDX-License-Identifier: BSD-3-Clause
//
// Who asks, and what that one may: root and the group `warewulf` may change things and see secrets.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"
#include "store/database.h"

namespace ww::api {

/// Root, and members of the group `warewulf`. Blocking: looks the group up.
bool may_administer(const std::optional<http::Credentials>& credentials);

struct Caller {
    bool is_admin = false;     // may change things and see secrets
    bool is_root = false;      // may also make wwd read any file of this machine
    bool is_operator = false;  // may power, build, and end jobs; every admin is one
    int64_t uid = -1;          // -1: not known
    std::string user;
    std::string via;      // socket, private, rest
    std::string command;  // as the caller states it, for the history

    /// As the kernel saw the peer of a UNIX socket. Nobody without credentials is anybody.
    static Caller of(const std::optional<http::Credentials>& credentials);
    /// The user who started this very process: file permissions say what it may.
    static Caller itself();

    /// The header a wwctl states its command in, percent-encoded and without secrets.
    void take_command(std::string_view header);
};

store::Author author_of(const Caller& caller);

}  // namespace ww::api
