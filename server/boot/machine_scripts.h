// SPDX-License-Identifier: BSD-3-Clause
//
// Two short scripts around a node's own: one that has the boot loader say what machine it runs on,
// and one that tells on the console why it gets nothing. They are written here and not in
// templates: a site's own templates need not know of architectures.
#pragma once

#include <string>
#include <string_view>

#include "boot/ask.h"

namespace ww::boot {

/// Asks for the same again, with the architecture. `authority`: "10.0.0.1:9873".
std::string ask_machine_ipxe(std::string_view authority, const Ask& ask);
std::string ask_machine_grub(std::string_view authority, const Ask& ask);

/// What the console shows before the machine restarts, a minute later: it may be repaired then.
struct WrongMachine {
    std::string node;
    std::string machine;  // "aarch64"
    std::string image;
    std::string architectures;  // "x86_64"
};
std::string refuse_machine_ipxe(const WrongMachine& wrong);
std::string refuse_machine_grub(const WrongMachine& wrong);
/// The same for a log.
std::string describe(const WrongMachine& wrong);

}  // namespace ww::boot
