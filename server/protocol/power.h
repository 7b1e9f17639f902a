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
    std::string group_by = {};  // a tag; empty: that of warewulf.conf
    bool only_shown = false;    // without what is to be run, and what is secret

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("names", self.names);
        visit("verb", self.verb);
        visit("persistent", self.persistent);
        visit("group_by", self.group_by);
        visit("only_shown", self.only_shown);
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
    std::string group;    // what is switched on together with it takes from the same breaker

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("node", self.node);
        visit("address", self.address);
        visit("command", self.command);
        visit("shown", self.shown);
        visit("variable", self.variable);
        visit("password", self.password);
        visit("problem", self.problem);
        visit("group", self.group);
    }
};

struct PowerReply {
    std::vector<PowerCommand> commands;  // by node
    bool interrupts = false;             // what runs on these nodes ends
    int64_t nodes = 0;                   // of the site
    int64_t seen = 0;                    // those of `commands` that were here lately
    int64_t lately = 0;                  // minutes
    int64_t ask_above = 0;               // percent of `nodes`
    bool starts = false;                 // machines begin to draw power
    bool grouped = false;                // by a tag
    // As warewulf.conf has it; 0: it says nothing.
    int64_t batch = 0;
    int64_t per_group = 0;
    int64_t pause = 0;  // seconds

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("commands", self.commands);
        visit("interrupts", self.interrupts);
        visit("nodes", self.nodes);
        visit("seen", self.seen);
        visit("lately", self.lately);
        visit("ask_above", self.ask_above);
        visit("starts", self.starts);
        visit("grouped", self.grouped);
        visit("batch", self.batch);
        visit("per_group", self.per_group);
        visit("pause", self.pause);
    }
};

/// The same carried out where the server is, as a job: a note tells what came of each node, and the
/// job fails if one of them did.
struct PowerRunRequest {
    Names names;
    std::string verb;
    bool persistent = false;
    int64_t fanout = 50;   // nodes at a time
    int64_t timeout = 30;  // seconds that each has to answer
    // Who draws power when, as in PowerReply; -1: as warewulf.conf has it.
    std::string group_by = {};
    int64_t batch = -1;
    int64_t per_group = -1;
    int64_t pause = -1;  // seconds
    bool detach = false;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("names", self.names);
        visit("verb", self.verb);
        visit("persistent", self.persistent);
        visit("fanout", self.fanout);
        visit("timeout", self.timeout);
        visit("group_by", self.group_by);
        visit("batch", self.batch);
        visit("per_group", self.per_group);
        visit("pause", self.pause);
        visit("detach", self.detach);
    }
};

}  // namespace ww::protocol
