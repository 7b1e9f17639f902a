// SPDX-License-Identifier: BSD-3-Clause
//
// wwd: decides which of its processes this is.
#include <fmt/core.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "daemon/app.h"
#include "daemon/front.h"
#include "daemon/jobs/job_process.h"
#include "daemon/options.h"
#include "daemon/private_server.h"

int main(int argc, char** argv) {
    using namespace ww;
    const auto options = daemon::parse_options(std::vector<std::string>(argv + 1, argv + argc));
    if (!options) {
        fmt::print(stderr, "wwd: {}\n", options.error().describe());
        return 2;
    }
    log::set_level(options->level);
    switch (options->role) {
        case daemon::Role::Main:
            return daemon::run_main(*options);
        case daemon::Role::Front:
            // Sealed: a sanitizer that looks for leaks at an end finds no /proc, says so at length,
            // and waits for who reads that.
            std::_Exit(daemon::run_front(UniqueFd(options->fd)));
        case daemon::Role::Private:
            return daemon::serve_private(UniqueFd(options->fd), options->config);
        case daemon::Role::Job:
            return daemon::run_job(UniqueFd(options->fd), options->all_limits().job_end);
        case daemon::Role::Help:
            fmt::print("{}", daemon::help_text());
            return 0;
        case daemon::Role::Version:
            fmt::print("wwd {}\n", WW_VERSION);
            return 0;
    }
}
