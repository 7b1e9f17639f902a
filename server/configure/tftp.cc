// SPDX-License-Identifier: BSD-3-Clause
//
// configure tftp: the programs firmware loads first, and who serves them. Source:
// reference/images-and-boot.md §2.8.
#include <fmt/format.h>

#include <map>

#include "base/file.h"
#include "base/path.h"
#include "config/config.h"
#include "configure/boot_programs.h"
#include "configure/dhcp.h"
#include "configure/host_overlay.h"
#include "configure/shell_setting.h"

namespace ww::configure {

namespace {

/// A program at its place below TFTP's folder. One that somebody else put there stays.
void add_program(const Situation& situation,
                 Plan& plan,
                 const std::string& target,
                 std::string text,
                 mode_t mode) {
    const auto present = read_file(target);
    if (present && *present == text) return;
    if (present && !situation.record.is_ours(target, *present)) {
        plan.note("info",
                  fmt::format("{} is another program than the installed one and stays: remove it "
                              "to get that",
                              target));
        return;
    }
    plan.add({.path = target,
              .text = std::move(text),
              .mode = mode,
              .keep = Keep::Nothing,
              .shown = false,
              .read_at_start = false});
}

Result<void> add_ipxe(const Situation& situation, Plan& plan, const std::string& folder) {
    std::map<std::string, std::string> sources;  // by name below the folder
    for (const auto& [code, file] : situation.conf.tftp.ipxe) {
        const std::string configured =
            file.starts_with('/') ? file
                                  : fmt::format("{}/{}", situation.conf.paths.ipxesource, file);
        const std::string name(base_name(file));
        const auto [known, fresh] = sources.try_emplace(name, configured);
        if (!fresh) {
            if (known->second == configured) continue;
            return Error(ErrorCode::FailedPrecondition,
                         fmt::format("`tftp: ipxe` names {} and {}, which TFTP would both serve as "
                                     "{}",
                                     known->second,
                                     configured,
                                     name))
                .with_hint(fmt::format("copy one of them to another name, and name that in {}",
                                       situation.conf_file));
        }
        const BootProgram found = find_boot_program(situation.machine, configured, code);
        if (found.path.empty()) {
            const Software software = software_of(code);
            const bool late =
                software == Software::ArmProgram && situation.machine.family() == Family::Debian;
            plan.note("warn",
                      fmt::format("no boot program for {} machines (DHCP code {}): there is no {}; "
                                  "the package {} brings one{}",
                                  architecture_of(code),
                                  code,
                                  configured,
                                  situation.machine.package_with(software),
                                  late ? ", from Debian 13 on" : ""));
            continue;
        }
        if (!found.is_configured)
            plan.note(
                "info",
                fmt::format("There is no {}: {} is taken in its place", configured, found.path));
        WW_TRY(std::string text, read_file(situation.machine.at(found.path)));
        constexpr mode_t kMode = 0644;
        add_program(situation, plan, folder + "/" + name, std::move(text), kMode);
    }
    return {};
}

/// A GRUB that looks for its files in `grub`, the folder of TFTP, not beside itself.
Result<void> add_grub_modules(const Situation& situation, Plan& plan, const std::string& grub) {
    const auto modules = modules_of(situation.machine, grub);
    if (!modules) return {};
    if (modules->files.empty()) {
        plan.note("warn",
                  fmt::format("no modules of GRUB on this server, without which this one cannot "
                              "ask by HTTP: the package {} brings them",
                              situation.machine.package_with(Software::GrubModules)));
        return {};
    }
    constexpr mode_t kMode = 0644;
    const std::string folder = situation.machine.at(situation.conf.tftp.tftproot) + "/grub";
    add_program(situation,
                plan,
                folder + "/grub.cfg",
                "# Written by wwctl configure tftp\nconfigfile /warewulf/grub.cfg\n",
                kMode);
    for (const std::string& file : modules->files) {
        WW_TRY(std::string text, read_file(situation.machine.at(file)));
        add_program(situation,
                    plan,
                    fmt::format("{}/{}/{}", folder, modules->platform, base_name(file)),
                    std::move(text),
                    kMode);
    }
    return {};
}

Result<void> add_grub(const Situation& situation, Plan& plan, const std::string& folder) {
    constexpr mode_t kMode = 0755;
    const std::string shim = find_shim(situation.machine);
    const std::string grub = find_grub(situation.machine);
    if (shim.empty() || grub.empty()) {
        plan.note(
            "warn",
            fmt::format(
                "no {} on this server, and `grubboot` is on: the package {} brings it",
                shim.empty() ? "shim" : "GRUB for network boot",
                situation.machine.package_with(shim.empty() ? Software::Shim : Software::Grub)));
        return {};
    }
    WW_TRY(const std::string shim_text, read_file(situation.machine.at(shim)));
    WW_TRY(const std::string grub_text, read_file(situation.machine.at(grub)));
    add_program(situation, plan, folder + "/shim.efi", shim_text, kMode);
    add_program(situation, plan, folder + "/grub.efi", grub_text, kMode);
    add_program(situation, plan, folder + "/grubx64.efi", grub_text, kMode);
    return add_grub_modules(situation, plan, grub);
}

/// Who serves TFTP: dnsmasq together with DHCP, else a server of its own.
Result<void> add_server(const Situation& situation, Plan& plan) {
    const config::WarewulfConf& conf = situation.conf;
    constexpr const char* kTftpHeading = "Enabling and restarting the TFTP services";
    if (conf.dhcp.enabled()) {
        const DhcpServer dhcp = find_dhcp_server(situation);
        if (dhcp.is_dnsmasq && dhcp.unit.found()) {
            if (exists(situation.machine.at("/etc/dnsmasq.d/ww4-hosts.conf")))
                plan.service = ServiceChange{.unit = dhcp.unit, .heading = kTftpHeading};
            else
                plan.note("info", "TFTP comes with dnsmasq, which `wwctl configure dhcp` sets up");
            return {};
        }
    }
    std::vector<std::string> names = {conf.tftp.systemd_name};
    for (const char* other : {"tftp", "tftpd-hpa"})
        if (conf.tftp.systemd_name != other) names.emplace_back(other);
    std::erase(names, "");
    Unit unit = first_found(situation.services, names);
    if (unit.presence == Unit::Presence::Missing)
        return Error(ErrorCode::FailedPrecondition,
                     fmt::format("no TFTP server is installed (looked for {})",
                                 fmt::join(names, ", ")))
            .with_hint(fmt::format(
                "install the package {} and run this again, or set `tftp: enabled: false` in {}",
                situation.machine.package_with(Software::TftpServer),
                situation.conf_file));
    constexpr std::string_view kRedHatRoot = "/var/lib/tftpboot";
    if (situation.machine.family() == Family::RedHat && conf.tftp.tftproot != kRedHatRoot)
        plan.note("warn",
                  fmt::format("the TFTP server of this distribution serves {}, and `tftproot` is "
                              "{}: set that to {} in {}, or change the unit (systemctl edit {})",
                              kRedHatRoot,
                              conf.tftp.tftproot,
                              kRedHatRoot,
                              situation.conf_file,
                              unit.name));
    // The folder that Debian's and SUSE's server is told to serve; EL's unit has it written out.
    for (const char* file : {"/etc/default/tftpd-hpa", "/etc/sysconfig/tftp"})
        add_shell_setting(situation, plan, file, "TFTP_DIRECTORY", conf.tftp.tftproot);
    plan.service = ServiceChange{.unit = std::move(unit), .heading = kTftpHeading};
    return {};
}

}  // namespace

Result<Plan> plan_tftp(const Situation& situation) {
    Plan plan{.part = "tftp"};
    const config::WarewulfConf& conf = situation.conf;
    const std::string folder = situation.machine.at(conf.tftp.tftproot) + "/warewulf";
    if (!is_directory(folder)) plan.folders.push_back(folder);
    if (conf.warewulf.grubboot()) {
        WW_TRY_VOID(add_grub(situation, plan, folder));
        if (conf.warewulf.host_overlay())
            WW_TRY_VOID(add_host_files(situation, plan, [](std::string_view, Owner owner) {
                return owner == Owner::Tftp;
            }));
    } else {
        plan.note("info", "Writing PXE files to: " + folder);
        WW_TRY_VOID(add_ipxe(situation, plan, folder));
    }
    if (!conf.tftp.enabled()) {
        plan.note("warn",
                  "Warewulf does not auto start TFTP services due to disable by warewulf.conf");
        return plan;
    }
    WW_TRY_VOID(add_server(situation, plan));
    return plan;
}

}  // namespace ww::configure
