// SPDX-License-Identifier: BSD-3-Clause
//
// Programs of another architecture: whether the kernel runs those of an image by itself, or by an
// emulator that was registered with it, or not. Source: the kernel's admin-guide/binfmt-misc;
// elf(5).
#pragma once

#include <optional>
#include <string>

#include "base/confined_dir.h"
#include "base/machine/architecture.h"
#include "base/result.h"
#include "enter/plan.h"

namespace ww::enter {

/// Where this machine says what it can; others for tests.
struct Machine {
    Architecture own = own_architecture();
    std::string formats = "/proc/sys/fs/binfmt_misc";
    std::string os_release = "/etc/os-release";
};

/// Nothing if programs of the image run as they are, else what must be lent to it for that: the
/// emulator, unless the kernel keeps it open by itself. Errors: FailedPrecondition, naming the
/// package that brings one.
Result<std::optional<Bind>> emulator_for(const ConfinedDir& rootfs, const Machine& machine = {});

}  // namespace ww::enter
