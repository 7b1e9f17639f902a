// SPDX-License-Identifier: BSD-3-Clause
//
// A job's work as the daemon hands it to `wwd --job`: a request of the table in routes.h, and who
// made it. What comes back are the lines of a reply.
#pragma once

#include "base/result.h"
#include "protocol/types.h"

namespace ww::protocol {

struct JobOrder {
    std::string config;  // canonical path of warewulf.conf
    std::string path;    // of the route
    std::string body;    // JSON of its request; may hold passwords
    // Who asks, as api::Caller has it.
    std::string user;
    int64_t uid = -1;
    bool is_root = false;
    std::string via;
    std::string command;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("config", self.config);
        visit("path", self.path);
        visit("body", self.body);
        visit("user", self.user);
        visit("uid", self.uid);
        visit("is_root", self.is_root);
        visit("via", self.via);
        visit("command", self.command);
    }
};

std::string job_order_text(const JobOrder& order);
/// Errors: InvalidArgument, naming the member.
Result<JobOrder> read_job_order(std::string_view text);

}  // namespace ww::protocol
