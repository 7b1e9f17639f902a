// SPDX-License-Identifier: BSD-3-Clause
//
// Whether nodes will come up with a tree, and with what they had better not have. Looks only; what
// is found is for the caller to tell.
#pragma once

#include <optional>
#include <stop_token>

#include "base/machine/architecture.h"
#include "image/check/findings.h"
#include "image/image.h"

namespace ww::image {

struct CheckOptions {
    bool two_stage = false;  // nodes boot it by way of dracut
    std::stop_token stop;
};

/// In the order of the kinds, then of paths. Blocking: walks the tree. Errors: NotFound (no such
/// tree), Io, Cancelled.
Result<Findings> check_tree(const Images& images,
                            const Variant& tree,
                            const CheckOptions& options = {});

// ---- its parts ----

/// Init, shell, kernels with their modules, and what the second stage needs.
void check_boot(const ConfinedDir& rootfs,
                std::optional<Architecture> architecture,
                bool two_stage,
                Findings& findings);

/// What should be each node's own: SSH host keys, machine-id.
void check_identity(const ConfinedDir& rootfs, Findings& findings);

/// Secrets that others may read or write, and files the archive has no room for. Errors: Io,
/// Cancelled.
Result<void> check_files(const ConfinedDir& rootfs,
                         const std::stop_token& stop,
                         Findings& findings);

/// Of what is built: against what boot loaders can load, and nodes' memory. Source: Linux,
/// Documentation/arch/x86/boot.rst "initrd_addr_max"; Documentation/filesystems/tmpfs.rst "size".
void check_limits(const Images& images,
                  const Variant& tree,
                  const ConfinedDir& rootfs,
                  Findings& findings);

}  // namespace ww::image
