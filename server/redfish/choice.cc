// SPDX-License-Identifier: BSD-3-Clause
#include "redfish/choice.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/quote.h"

namespace ww::redfish {

namespace {

constexpr const char* kAllowable = "@Redfish.AllowableValues";
constexpr size_t kShownValues = 16;

const std::vector<Switch>& switches() {
    static const std::vector<Switch> all = {
        {"PowerOn", {"On", "ForceOn"}, "Up/On", "On"},
        {"PowerOff", {"ForceOff"}, "Down/Off", "Off"},
        {"PowerCycle", {"PowerCycle", "FullPowerCycle", "ForceRestart"}, "Cycle", ""},
        {"PowerReset", {"ForceRestart", "PowerCycle"}, "Reset", ""},
        {"PowerSoft", {"GracefulShutdown", "PushPowerButton"}, "Soft", "Off"},
    };
    return all;
}

constexpr BootDevice kBootDevices[] = {
    {"BootPxe", "Pxe", "pxe"},
    {"BootDisk", "Hdd", "disk"},
    {"BootBios", "BiosSetup", "bios"},
};

std::string listed(std::vector<std::string> values) {
    values.resize(std::min(values.size(), kShownValues));
    for (std::string& value : values) value = quote(value);
    return fmt::format("{}", fmt::join(values, ", "));
}

}  // namespace

const Switch* find_switch(std::string_view command) {
    const auto found = std::ranges::find(switches(), command, &Switch::command);
    return found == switches().end() ? nullptr : &*found;
}

const BootDevice* find_boot_device(std::string_view command) {
    const auto* const found = std::ranges::find(kBootDevices, command, &BootDevice::command);
    return found == std::end(kBootDevices) ? nullptr : found;
}

std::vector<std::string> allowable(const Document& owner, const std::string& member) {
    return owner.texts({member + kAllowable});
}

std::vector<std::string> allowable_by_info(const Document& info, std::string_view parameter) {
    for (const Document& one : info.items({"Parameters"}))
        if (one.text({"Name"}) == parameter) return one.texts({"AllowableValues"});
    return {};
}

Result<std::string> choose_reset(const Switch& wanted, const std::vector<std::string>& allowed) {
    if (allowed.empty()) return std::string(wanted.types.front());
    for (const std::string_view type : wanted.types)
        if (std::ranges::find(allowed, type) != allowed.end()) return std::string(type);
    return Error(
        ErrorCode::FailedPrecondition,
        fmt::format("this BMC cannot do {}: it offers {}", wanted.command, listed(allowed)));
}

Result<SshConsole> ssh_console(const Document& system, const Document& manager) {
    const Document ssh = system.at({"SerialConsole", "SSH"});
    constexpr int kHighestPort = 65535;
    if (ssh.boolean({"ServiceEnabled"}).value_or(false)) {
        SshConsole console{.entry = ssh.text({"ConsoleEntryCommand"})};
        const double port = ssh.number({"Port"}).value_or(console.port);
        if (port >= 1 && port <= kHighestPort) console.port = static_cast<int>(port);
        return console;
    }
    std::vector<std::string> offered;
    for (const char* kind : {"SSH", "Telnet", "IPMI", "WebSocket"})
        if (system.boolean({"SerialConsole", kind, "ServiceEnabled"}).value_or(false))
            offered.emplace_back(kind);
    if (offered.empty() && manager.boolean({"SerialConsole", "ServiceEnabled"}).value_or(false))
        offered = manager.texts({"SerialConsole", "ConnectTypesSupported"});
    const Error error(
        ErrorCode::FailedPrecondition,
        offered.empty()
            ? "this BMC tells of no serial console"
            : fmt::format("this BMC has no serial console by SSH on its system, it offers {}",
                          listed(offered)));
    const bool by_ipmi = std::ranges::find(offered, "IPMI") != offered.end();
    return by_ipmi ? error.with_hint("for consoles, use --ipmitemplate ipmitool.tmpl") : error;
}

}  // namespace ww::redfish
