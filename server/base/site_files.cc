// SPDX-License-Identifier: BSD-3-Clause
#include "base/site_files.h"

#include <filesystem>

namespace ww {

std::string default_config() { return WW_DEFAULT_CONFIG; }

std::string canonical_config(const std::string& path) {
    std::error_code error;
    const std::filesystem::path resolved = std::filesystem::weakly_canonical(path, error);
    if (!error && resolved.is_absolute()) return resolved.string();
    return std::filesystem::absolute(path, error).lexically_normal().string();
}

bool is_default_config(const std::string& path) {
    return canonical_config(path) == canonical_config(default_config());
}

std::string run_folder(const std::string& config, const std::string& localstatedir) {
    return is_default_config(config) ? "/run/wwd" : state_folder(localstatedir) + "/run";
}
std::string socket_file(const std::string& run_folder) { return run_folder + "/wwd.sock"; }
std::string writer_lock_file(const std::string& run_folder) { return run_folder + "/lock"; }
std::string daemon_lock_file(const std::string& run_folder) { return run_folder + "/daemon.lock"; }
std::string job_holds_folder(const std::string& run_folder) { return run_folder + "/jobs"; }

std::string state_folder(const std::string& localstatedir) {
    return localstatedir + "/warewulf/wwd";
}
std::string journal_file(const std::string& state_folder) {
    return state_folder + "/journal.sqlite";
}
std::string recovery_file(const std::string& state_folder) {
    return state_folder + "/nodes.conf.recovery";
}

}  // namespace ww
