// SPDX-License-Identifier: BSD-3-Clause
#include "protocol/socket_path.h"

#include <cstdlib>
#include <filesystem>

namespace ww::protocol {

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

std::string state_folder(const std::string& localstatedir) {
    return localstatedir + "/warewulf/wwd";
}

std::string socket_path(const std::string& config, const std::string& localstatedir) {
    return run_folder(config, localstatedir) + "/wwd.sock";
}

}  // namespace ww::protocol
