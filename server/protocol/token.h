// SPDX-License-Identifier: BSD-3-Clause
//
// Tokens as they travel. The secret is in one reply only: that to its making.
#pragma once

#include "protocol/types.h"

namespace ww::protocol {

struct TokenCreateRequest {
    std::string name;
    std::string role;      // read-only, operator, admin
    Names scope;           // what it is for: "node", "image", …; none: everything
    int64_t lifetime = 0;  // seconds; 0: without end

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("name", self.name);
        visit("role", self.role);
        visit("scope", self.scope);
        visit("lifetime", self.lifetime);
    }
};

struct TokenCreateReply {
    std::string secret;
    int64_t expires = 0;  // Unix seconds; 0: never

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("secret", self.secret);
        visit("expires", self.expires);
    }
};

struct TokenInfo {
    std::string name;
    std::string role;
    Names scope;
    std::string creator;
    int64_t created = 0;  // Unix seconds, as all of these
    int64_t expires = 0;  // 0: never
    int64_t used = 0;     // last, to the hour; 0: never
    bool over = false;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("name", self.name);
        visit("role", self.role);
        visit("scope", self.scope);
        visit("creator", self.creator);
        visit("created", self.created);
        visit("expires", self.expires);
        visit("used", self.used);
        visit("over", self.over);
    }
};

struct TokenListReply {
    std::vector<TokenInfo> tokens;  // by name

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("tokens", self.tokens);
    }
};

}  // namespace ww::protocol
