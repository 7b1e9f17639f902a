// SPDX-License-Identifier: BSD-3-Clause
//
// Where the daemon of a site listens, and where its lock lives. One rule for wwd and wwctl.
#pragma once

#include <string>

namespace ww::protocol {

/// The configuration file built into the programs.
std::string default_config();

/// Absolute, links resolved where the file exists: two names of one site compare equal.
std::string canonical_config(const std::string& path);

bool is_default_config(const std::string& path);

/// Run-time folder (socket, lock): /run/wwd for the default configuration, so that it vanishes with
/// the machine's boot; below `localstatedir` for every other site.
std::string run_folder(const std::string& config, const std::string& localstatedir);
/// What shall outlive a boot, such as the journal.
std::string state_folder(const std::string& localstatedir);
std::string socket_path(const std::string& config, const std::string& localstatedir);

}  // namespace ww::protocol
