// SPDX-License-Identifier: BSD-3-Clause
//
// What entering an image means, as values: which tree becomes the root, what of this machine shows
// in it, and what is run there. Made by the caller; nothing here looks at a disk.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ww::enter {

/// A file or folder of this machine that shows in the image while somebody is inside.
struct Bind {
    std::string source;  // absolute, on this machine
    std::string target;  // absolute, in the image
    bool readonly = false;
    bool copy = false;  // a copy, where the image has none; what is changed of it stays
};

/// "SOURCE[:TARGET[:ro|copy]]"; without a target it is the source's path. A relative source counts
/// from `here`. Errors: InvalidArgument.
Result<Bind> parse_bind(std::string_view text, std::string_view here);

struct Plan {
    std::string name;    // of the image
    std::string folder;  // CHROOTS/NAME
    std::string tree;    // in it: "rootfs", "rootfs.aarch64"; becomes "/"
    bool readonly = false;
    std::vector<Bind> binds;  // later ones cover earlier ones
    /// Uncompressed cpio archives put over the image as a node puts them, which then is read-only.
    std::vector<std::string> archives;
    std::string hostname;  // empty: this machine's
    bool network = true;   // false: a loopback device only

    std::string rootfs() const { return folder + "/" + tree; }
    /// Whether what is done inside stays.
    bool writable() const { return !readonly && archives.empty(); }
};

struct Command {
    std::vector<std::string> words;        // the first is searched in PATH of `environment`
    std::vector<std::string> environment;  // NAME=VALUE
};

/// The caller's variables, and those that tell where one is: PATH, PS1, HISTFILE, WW_IMAGE_SHELL
/// and their like. Source: reference/images-and-boot.md §1.14.
std::vector<std::string> environment_inside(std::string_view image,
                                            const std::vector<std::string>& callers);

}  // namespace ww::enter
