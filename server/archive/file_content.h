// SPDX-License-Identifier: BSD-3-Clause
//
// Copies what is inside one open file to another: its bytes, holes kept as holes, and its
// attributes.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/result.h"

namespace ww::archive {

/// Called with the bytes copied since the last call, every few megabytes; its error ends the copy.
using CopyStep = std::function<Result<void>(uint64_t bytes)>;

/// `size` bytes. Shares blocks if the file system can, copies in the kernel otherwise.
/// Errors: Io, Conflict (`from` has fewer), those of `step`.
Result<void> copy_content(
    int from, int to, uint64_t size, std::string_view name, const CopyStep& step);

/// What portable_attributes() says, and trusted.overlay.opaque. False if the target's file system
/// has no place for one of them. Errors: Io.
Result<bool> copy_attributes(int from, int to, std::string_view name);
/// The same for `name` in two open folders, which may be what cannot be opened: a link, a device.
/// `path` is for errors.
Result<bool> copy_attributes_of(int from, int to, const char* name, std::string_view path);

}  // namespace ww::archive
