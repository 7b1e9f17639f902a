// SPDX-License-Identifier: BSD-3-Clause
//
// Passwords as auth.conf keeps them: bcrypt, by crypt_r(3) of libxcrypt.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ww::access {

/// `hash` as Go's bcrypt package takes it ("$2a$", "$2b$", "$2y$"), in the one form that libxcrypt
/// has for them all. Errors: InvalidArgument with what is wrong (no bcrypt, a cost out of bounds).
Result<std::string> usable_hash(std::string_view hash);

/// Whether it is the password. Burns CPU: 2^cost rounds, 60 ms for a cost of 10. `hash` is usable.
bool is_password(std::string_view password, const std::string& hash);

}  // namespace ww::access
