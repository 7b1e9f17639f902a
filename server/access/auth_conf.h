// SPDX-License-Identifier: BSD-3-Clause
//
// auth.conf: users with the bcrypt of their password and, by us, a role. Source:
// reference/http.md §5.1.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/role.h"
#include "base/file.h"
#include "base/result.h"
#include "yaml/problems.h"

namespace ww::access {

struct User {
    std::string hash;  // of the form that password.h checks; empty: nobody can be it
    Role role = Role::Admin;
};

struct Users {
    std::map<std::string, User, std::less<>> by_name;
    /// A user who cannot log in, a name that is there twice: what comes after that is not read.
    std::vector<yaml::Warning> warnings;
};

/// Errors: Unprocessable with place (no YAML, a list that is none), TooLarge (too many users).
Result<Users> read_auth_conf(std::string_view text, const std::string& name);

/// The file, as it is now. Any thread.
class AuthFile {
   public:
    explicit AuthFile(std::string path) : path_(std::move(path)) {}

    /// Looks at the file, reads it if it is another one than last time, and logs what is odd.
    /// Nobody, where there is no file; those of the last good one, where it cannot be read or
    /// understood. Never nullptr. Another pointer means that the file is another one.
    std::shared_ptr<const Users> current();

   private:
    std::shared_ptr<const Users> read_anew();

    const std::string path_;
    std::mutex mutex_;
    std::optional<FileIdentity> identity_;  // of the file that was looked at last
    std::shared_ptr<const Users> users_;
};

}  // namespace ww::access
