// SPDX-License-Identifier: BSD-3-Clause
//
// The flags of commands that are about images; rows of commands.cc name them.
#pragma once

#include <vector>

#include "ctl/flag.h"

namespace ww::ctl {

inline const std::vector<Flag> kImageBuild = {
    {"all", 'a', FlagKind::Bool, "Build all images"},
    {.name = "compression",
     .kind = FlagKind::Text,
     .usage = "Pack it so from now on: default, gzip, best, zstd or none",
     .complete = Complete::Compressions},
    {"force", 'f', FlagKind::Bool, "Build also what is current"},
};
inline const std::vector<Flag> kDetach = {
    {"detach", 0, FlagKind::Bool, "Do not wait for the end; print the job's number"},
};
inline const std::vector<Flag> kThenBuild = {
    {"build", 'b', FlagKind::Bool, "Build the new image"},
};
inline const std::vector<Flag> kImageImport = {
    {"arch", 0, FlagKind::Text, "As --platform", {}, true},
    {"build", 'b', FlagKind::Bool, "Build the image when it is there"},
    {"force", 'f', FlagKind::Bool, "Replace an image of that name"},
    {"nohttps", 0, FlagKind::Bool, "Check no certificate, allow plain HTTP"},
    {.name = "passwd",
     .kind = FlagKind::Text,
     .usage = "As --password",
     .hidden = true,
     .secret = true},
    {.name = "password",
     .kind = FlagKind::Text,
     .usage = "Password for the registry",
     .secret = true},
    {.name = "platform",
     .kind = FlagKind::Text,
     .usage = "Architecture to import: x86_64, aarch64, linux/arm64/v8",
     .complete = Complete::Platforms},
    {"update", 'u', FlagKind::Bool, "Put the source over an image of that name"},
    {"username", 0, FlagKind::Text, "User name for the registry"},
};
inline const std::vector<Flag> kImageList = {
    {"chroot", 'c', FlagKind::Bool, "Show the size of the image's source"},
    {"compressed", 0, FlagKind::Bool, "Show the size of the compressed image"},
    {"kernel", 'k', FlagKind::Bool, "Show the kernel"},
    {"long", 'l', FlagKind::Bool, "Show everything"},
    {"size", 's', FlagKind::Bool, "Show the size of the built image"},
    {"variants", 0, FlagKind::Bool, "Show the tree for each architecture, and where it came from"},
};
inline const std::vector<Flag> kImageDiff = {
    {"packages", 0, FlagKind::Bool, "Show packages only"},
};
inline const std::vector<Flag> kImageGc = {
    {"keep",
     'k',
     FlagKind::Int,
     "Keep so many of the newest builds of each image; else as configured",
     "-1"},
};
inline const std::vector<Flag> kImageShow = {
    {"all", 'a', FlagKind::Bool, "Show everything"},
};
inline const std::vector<Flag> kSyncUser = {
    {"syncuser", 0, FlagKind::Bool, "Give users and groups of the image this machine's numbers"},
};
inline const std::vector<Flag> kImageSyncUser = {
    {"build", 'b', FlagKind::Bool, "Build the image then"},
    {"write", 0, FlagKind::Bool, "Change the image; =false only tells what would change", "true"},
};
inline const std::vector<Flag> kImageEnter = {
    {"bind",
     'b',
     FlagKind::TextArray,
     "Show SOURCE of this machine at TARGET: SOURCE[:TARGET[:ro|copy]]",
     {},
     false,
     {},
     Complete::Files},
    {"build", 0, FlagKind::Bool, "Build the image then, if it changed", "true"},
    {"no-network", 0, FlagKind::Bool, "Without network"},
    {"node",
     'n',
     FlagKind::Text,
     "With the overlays of this node, read-only",
     {},
     false,
     {},
     Complete::Nodes},
};

}  // namespace ww::ctl
