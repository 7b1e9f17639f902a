// SPDX-License-Identifier: BSD-3-Clause
//
// Management controllers as they travel: what to run for each node.
#pragma once

#include "protocol/types.h"

namespace ww::protocol {

struct PowerRequest {
    Names names;
    std::string verb;  // "off", "bootdev pxe" (server/power/verb.h)
    bool persistent = false;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("names", self.names);
        visit("verb", self.verb);
        visit("persistent", self.persistent);
    }
};

struct PowerCommand {
    std::string node;
    std::string address;   // of its controller
    std::string command;   // for /bin/sh -c
    std::string shown;     // the same without the password
    std::string variable;  // of the environment, for `password`
    std::string password;
    std::string problem;  // why there is none

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("node", self.node);
        visit("address", self.address);
        visit("command", self.command);
        visit("shown", self.shown);
        visit("variable", self.variable);
        visit("password", self.password);
        visit("problem", self.problem);
    }
};

struct PowerReply {
    std::vector<PowerCommand> commands;  // by node
    bool interrupts = false;             // what runs on these nodes ends
    int64_t nodes = 0;                   // of the site
    int64_t seen = 0;                    // those of `commands` that were here lately
    int64_t lately = 0;                  // minutes

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("commands", self.commands);
        visit("interrupts", self.interrupts);
        visit("nodes", self.nodes);
        visit("seen", self.seen);
        visit("lately", self.lately);
    }
};

}  // namespace ww::protocol
