// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "image/check/check.h"

namespace ww::image {

void check_identity(const ConfinedDir& rootfs, Findings& findings) {
    for (const std::string& name : rootfs.list("etc/ssh"))
        if (name.starts_with("ssh_host_") && name.ends_with("_key"))
            findings.push_back({Kind::HostKey, fmt::format("/etc/ssh/{}", name)});
    constexpr int64_t kMaxIdBytes = 4096;
    const auto id = rootfs.read("etc/machine-id", kMaxIdBytes);
    // "uninitialized" is what systemd takes for a first boot: machine-id(5).
    if (id && id->find_first_not_of(" \t\r\n") != std::string::npos &&
        !id->starts_with("uninitialized"))
        findings.push_back({Kind::MachineId, "/etc/machine-id"});
}

}  // namespace ww::image
