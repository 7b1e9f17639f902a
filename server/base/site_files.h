// SPDX-License-Identifier: BSD-3-Clause
//
// The names of a site's own files: where its daemon listens, where its locks and its journal are.
// One rule for wwd and wwctl. What warewulf.conf places is config's.
#pragma once

#include <string>
#include <string_view>

namespace ww {

/// The configuration of the site that a machine has by its packages; it alone runs in /run.
inline constexpr const char* kPackagedConfig = "/etc/warewulf/warewulf.conf";

/// The configuration that belongs to a program at this path: programs in PREFIX/bin have theirs in
/// PREFIX/etc; those of the packages, below /usr, and those outside any bin have kPackagedConfig.
std::string config_of_program(std::string_view program);
/// That of the program that runs, wherever `cmake --install --prefix` put it.
std::string default_config();

/// Absolute, links resolved where the file exists: two names of one site compare equal.
std::string canonical_config(const std::string& path);

bool is_packaged_config(const std::string& path);

/// Run-time folder: /run/wwd for the packaged configuration, so that it vanishes with the machine's
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
/// Of which architecture nodes are: see boot/machines.h.
std::string machines_folder(const std::string& state_folder);
/// Who may ask over the network: see access/token_file.h.
std::string tokens_file(const std::string& state_folder);
/// What is kept by digest: see content/store.h.
std::string content_folder(const std::string& state_folder);
/// What templates made: see overlay/renders/segments.h.
std::string renders_folder(const std::string& state_folder);

}  // namespace ww
