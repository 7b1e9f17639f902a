// SPDX-License-Identifier: BSD-3-Clause
//
// The names of a site's own files: where its daemon listens, where its locks and its journal are.
// One rule for wwd and wwctl. What warewulf.conf places is config's.
#pragma once

#include <string>

namespace ww {

/// The configuration file built into the programs.
std::string default_config();

/// Absolute, links resolved where the file exists: two names of one site compare equal.
std::string canonical_config(const std::string& path);

bool is_default_config(const std::string& path);

/// Run-time folder: /run/wwd for the default configuration, so that it vanishes with the machine's
/// boot; below `localstatedir` for every other site.
std::string run_folder(const std::string& config, const std::string& localstatedir);
/// Where the daemon listens for wwctl.
std::string socket_file(const std::string& run_folder);
/// Held while a file of the site is changed, by a daemon or a private wwd.
std::string writer_lock_file(const std::string& run_folder);
/// Held by a daemon as long as it lives.
std::string daemon_lock_file(const std::string& run_folder);
/// What jobs hold, a file each.
std::string job_holds_folder(const std::string& run_folder);

/// What shall outlive a boot.
std::string state_folder(const std::string& localstatedir);
/// The history of nodes and profiles.
std::string journal_file(const std::string& state_folder);
/// Both texts of nodes.conf while it is rewritten in place.
std::string recovery_file(const std::string& state_folder);

}  // namespace ww
