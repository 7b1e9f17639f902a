// SPDX-License-Identifier: BSD-3-Clause
//
// Which of what a system offers is meant: no two vendors offer the same. Pure.
// Source: DSP0268 "ComputerSystem", DSP0266 "Allowable values".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "redfish/document.h"

namespace ww::redfish {

/// A way to switch a machine: what is asked for, what is done, and what is said of it.
struct Switch {
    std::string_view command;             // as templates know it: "PowerCycle"
    std::vector<std::string_view> types;  // of Reset, the best one first
    std::string_view said;                // as ipmitool says it: "Down/Off"
    std::string_view state;  // when it is so already, there is nothing to do; empty: never
};

/// nullptr: no such command.
const Switch* find_switch(std::string_view command);

struct BootDevice {
    std::string_view command;  // "BootPxe"
    std::string_view target;   // of BootSourceOverrideTarget
    std::string_view said;
};

const BootDevice* find_boot_device(std::string_view command);

/// Values that a member of `owner` may have, by its annotation; empty: it does not say.
std::vector<std::string> allowable(const Document& owner, const std::string& member);
/// The same for a parameter of an action, by its ActionInfo.
std::vector<std::string> allowable_by_info(const Document& info, std::string_view parameter);

/// The first of `types` that is allowed; the first, if nothing is said about it. Errors:
/// FailedPrecondition, with what there is.
Result<std::string> choose_reset(const Switch& wanted, const std::vector<std::string>& allowed);

/// Where the serial console is, by SSH. Errors: FailedPrecondition, with what is offered instead.
struct SshConsole {
    int port = 22;
    std::string entry;  // the command that leads to it; may be empty
};
Result<SshConsole> ssh_console(const Document& system, const Document& manager);

}  // namespace ww::redfish
