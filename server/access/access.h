// SPDX-License-Identifier: BSD-3-Clause
//
// Who asks over the network, and what that one may: names and passwords of auth.conf, and tokens.
// It knows no HTTP but the text of one header, and no routes.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "access/limits.h"
#include "access/role.h"
#include "base/result.h"

namespace ww::access {

class TokenFile;

/// Somebody who has shown who he is.
struct Who {
    std::string name;  // of the user, or of the token
    Role role = Role::ReadOnly;
    std::string via;                 // "password" or "token"
    std::vector<std::string> scope;  // what a token is for: "node", "image", …; empty: everything
};

/// Whether a token with that scope is for this path: "/api/nodes/n1", "/api/wwd/v1/node/set". The
/// handshake and names for completion are everybody's; tokens are nothing for a token, or one that
/// was lost could be made to last. The role is another question.
bool in_scope(const Who& who, std::string_view path);

/// Checks what requests bring along. A password costs a bcrypt, which is worked on by threads of
/// its own with a bounded queue; a pair that was right is remembered for a short while (as a keyed
/// digest), until auth.conf changes. auth.conf is looked at with each check and read anew when it
/// is another file.
///
/// Any thread. One for the life of the process; its destructor waits for bcrypts under way, and
/// what waits behind them gets Cancelled.
class Gatekeeper {
   public:
    using Done = std::function<void(Result<Who>)>;
    using Clock = std::function<std::chrono::steady_clock::time_point()>;

    struct Files {
        std::string auth_conf;  // <sysconfdir>/warewulf/auth.conf; may not exist
    };

    /// `tokens` must outlive it; nullptr: there are none. `clock` is for tests.
    Gatekeeper(Files files, TokenFile* tokens, Limits limits = {}, Clock clock = {});
    ~Gatekeeper();
    Gatekeeper(const Gatekeeper&) = delete;
    Gatekeeper& operator=(const Gatekeeper&) = delete;

    /// `authorization`: the header's text, empty where there was none; `peer`: the address it came
    /// from. `done` is called once, at once or on a thread of the gatekeeper, never under a lock.
    /// Does not wait for a bcrypt. Errors: Unauthenticated (401; which part was wrong is not
    /// told), Unavailable (503 with Retry-After: too many failures from this address, or too many
    /// logins under way), Cancelled (the process ends).
    void check(std::string_view authorization, const std::string& peer, Done done);

    /// Passwords worked out so far: what a memory of right ones saves shows here.
    uint64_t hashes() const;

   private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace ww::access
