// SPDX-License-Identifier: BSD-3-Clause
//
// configure ssh: host keys that all nodes share, and a key for the user who logs in to them.
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "base/path.h"
#include "base/process.h"
#include "config/config.h"
#include "configure/host_overlay.h"

namespace ww::configure {

namespace {

/// Makes TARGET and TARGET.pub, the public half first: what is there is complete.
Result<void> make_key(const Machine& machine, const std::string& type, const std::string& target) {
    std::string folder = fmt::format("{}/.key-XXXXXX", folder_of(target));
    if (::mkdtemp(folder.data()) == nullptr) return Error::from_errno(errno, "mkdtemp " + folder);
    const auto make = [&]() -> Result<void> {
        const std::string fresh = folder + "/key";
        const auto made =
            capture_program({"ssh-keygen", "-q", "-t", type, "-f", fresh, "-C", "", "-N", ""});
        if (!made)
            return made.error().with_hint("install the package " +
                                          machine.package_with(Software::SshKeygen));
        if (made->exit.status() != 0)
            return Error(ErrorCode::FailedPrecondition,
                         fmt::format("ssh-keygen -t {}: {}{}",
                                     type,
                                     made->output,
                                     made->errors.empty() ? made->exit.describe() : made->errors));
        for (const char* half : {".pub", ""})
            if (::rename((fresh + half).c_str(), (target + half).c_str()) != 0)
                return Error::from_errno(errno, fmt::format("rename to {}{}", target, half));
        return {};
    };
    const auto made = make();
    WW_TRY_VOID(remove_tree(folder));
    return made;
}

/// A key of the user, and with it the way to the nodes.
Result<void> authorize(const Machine& machine,
                       const std::string& type,
                       const std::string& folder,
                       const std::string& authorized) {
    constexpr mode_t kPrivateFolder = 0700;
    constexpr mode_t kPrivateFile = 0600;
    WW_TRY_VOID(make_directories(folder, kPrivateFolder));
    const std::string key = fmt::format("{}/id_{}", folder, type);
    if (!exists(key)) WW_TRY_VOID(make_key(machine, type, key));
    WW_TRY(const std::string text, read_file(key + ".pub"));
    return replace_file(authorized, text, kPrivateFile);
}

void plan_system_keys(const Situation& situation,
                      const std::vector<std::string>& types,
                      Plan& plan) {
    const std::string folder =
        situation.machine.at(situation.conf.paths.sysconfdir) + "/warewulf/keys";
    if (!is_directory(folder)) plan.folders.push_back(folder);
    for (const std::string& type : types) {
        const std::string name = fmt::format("ssh_host_{}_key", type);
        const std::string target = folder + "/" + name;
        if (exists(target)) {
            plan.note("info", "Skipping, key already exists: " + name);
            continue;
        }
        plan.actions.push_back({"Setting up key: " + name, [=, machine = situation.machine] {
                                    return make_key(machine, type, target);
                                }});
    }
}

}  // namespace

Result<Plan> plan_ssh(const Situation& situation, const SshOptions& options) {
    Plan plan{.part = "ssh"};
    const auto& types =
        options.key_types.empty() ? situation.conf.ssh.key_types : options.key_types;
    for (const std::string& type : types)
        // It becomes part of a file's name.
        if (type.empty() ||
            type.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos)
            return Error(ErrorCode::InvalidArgument,
                         fmt::format("\"{}\" is no type of SSH key", type))
                .with_hint("known types: ed25519, ecdsa, rsa");
    if (situation.machine.is_root) {
        plan.note("info", "Updating system keys");
        if (situation.conf.warewulf.host_overlay())
            WW_TRY_VOID(add_host_files(situation, plan, [](std::string_view, Owner owner) {
                return owner == Owner::Ssh || owner == Owner::Everybody;
            }));
        else
            plan.note("info", "host overlays are disabled");
        plan_system_keys(situation, types, plan);
    } else {
        plan.note("info", "Updating user's keys");
    }
    const std::string folder = situation.machine.at(situation.machine.home) + "/.ssh";
    const std::string authorized = folder + "/authorized_keys";
    if (exists(authorized))
        plan.note("info", "Skipping authorized_keys: already exists: " + authorized);
    else if (types.empty())
        plan.note("info", "Skipping authorized_keys: no key types configured");
    else
        plan.actions.push_back(
            {"Setting up: " + authorized, [=, machine = situation.machine, type = types.front()] {
                 return authorize(machine, type, folder, authorized);
             }});
    return plan;
}

}  // namespace ww::configure
