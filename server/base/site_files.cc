// SPDX-License-Identifier: BSD-3-Clause
#include "base/site_files.h"

#include <filesystem>

#include "base/path.h"
#include "base/process.h"

namespace ww {

std::string config_of_program(std::string_view program) {
    const std::string_view folder = folder_of(program);
    const std::string_view name = base_name(folder);
    const std::string_view prefix = folder_of(folder);
    if ((name != "bin" && name != "sbin") || prefix == "/usr" || prefix == "/")
        return kPackagedConfig;
    return std::string(prefix) + kPackagedConfig;
}

std::string default_config() {
    const auto program = own_program();
    return program ? config_of_program(*program) : kPackagedConfig;
}

std::string canonical_config(const std::string& path) {
    std::error_code error;
    const std::filesystem::path resolved = std::filesystem::weakly_canonical(path, error);
    if (!error && resolved.is_absolute()) return resolved.string();
    return std::filesystem::absolute(path, error).lexically_normal().string();
}

bool is_packaged_config(const std::string& path) {
    return canonical_config(path) == canonical_config(kPackagedConfig);
}

std::string run_folder(const std::string& config, const std::string& localstatedir) {
    return is_packaged_config(config) ? "/run/wwd" : state_folder(localstatedir) + "/run";
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

std::string machines_folder(const std::string& state_folder) { return state_folder + "/machines"; }
std::string tokens_file(const std::string& state_folder) { return state_folder + "/tokens"; }
std::string content_folder(const std::string& state_folder) { return state_folder + "/content"; }

std::string renders_folder(const std::string& state_folder) { return state_folder + "/renders"; }

}  // namespace ww
