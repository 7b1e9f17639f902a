// SPDX-License-Identifier: BSD-3-Clause
//
// What wwclient was told on its command line and in its environment.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace ww::client {

struct Options {
    bool help = false;
    bool once = false;  // one update, then exit with its outcome
    bool debug = false;
    std::string attributes;  // a list to apply, and that is all; see client/attributes.h
    std::string copy_root;   // a folder to copy the root file system to, and that is all
    std::string pid_file = "/var/run/wwclient.pid";
    std::string config_file;     // flag, else WAREWULFCONF, else the compiled-in place
    std::string server_address;  // WW_IPADDR; empty: as the configuration says
};

/// `arguments` without the program's name. Errors: InvalidArgument.
Result<Options> parse_options(const std::vector<std::string>& arguments);

std::string usage();

}  // namespace ww::client
