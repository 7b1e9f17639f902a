// SPDX-License-Identifier: BSD-3-Clause
//
// Redfish's answer to what templates for BMCs are asked (power/verb.h): one machine, one thing,
// one login.
#pragma once

#include <string>
#include <vector>

#include "redfish/service.h"

namespace ww::redfish {

struct Wanted {
    std::string command;      // "PowerOn", "SDRList", "BootPxe", …
    bool persistent = false;  // boot devices: beyond the next boot
    bool efi = false;         // boot devices: in UEFI mode
    std::string system = {};  // which one, by Id or path; empty: the only one
};

struct Answer {
    std::string text;                  // lines
    std::vector<std::string> program;  // to be run for a console; words, the first is its name
};

/// Whether there is such a command.
bool is_command(const std::string& command);

/// Blocking. Errors: those of Service; InvalidArgument (no such command); FailedPrecondition (this
/// machine cannot; several systems, and none was named).
Result<Answer> ask(const Target& target, const Wanted& wanted, int stop_fd);

}  // namespace ww::redfish
