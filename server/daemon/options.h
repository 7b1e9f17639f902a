// SPDX-License-Identifier: BSD-3-Clause
//
// The command line of wwd: which process to be, of which site.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "http/limits.h"
#include "overlay/renders/limits.h"

namespace ww::daemon {

enum class Role {
    Main,     // the daemon
    Front,    // its child that owns the TCP ports
    Private,  // the API for one wwctl, on one socket
    Job,      // the work of one job
    Help,
    Version,
};

struct Options {
    Role role = Role::Main;
    std::string config;        // warewulf.conf
    int fd = -1;               // Front: the channel; Private, Job: the connected socket
    std::string front_socket;  // Main: where a connection starts the front; empty: it is a child
    std::string job_socket;    // Main: the same for the processes of jobs
    log::Level level = log::Level::Info;
    std::vector<std::string> limits;  // http::set_limit assignments
    overlay::RenderLimits renders;

    /// Those of the server, with these assignments.
    http::Limits all_limits() const;
    /// What processes of ours are told on their command lines: how much to log; and the limits.
    std::vector<std::string> level_arguments() const;
    std::vector<std::string> job_arguments() const;
};

/// Arguments without the program's name. WAREWULFCONF and WAREWULFD_LOGLEVEL of the environment
/// count as upstream's do. Errors: InvalidArgument.
Result<Options> parse_options(const std::vector<std::string>& arguments);

std::string_view help_text();

}  // namespace ww::daemon
