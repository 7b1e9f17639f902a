// SPDX-License-Identifier: BSD-3-Clause
//
// The flags of commands for management controllers; rows of commands.cc name them.
#pragma once

#include <vector>

#include "ctl/flag.h"

namespace ww::ctl {

inline const std::vector<Flag> kBmc = {
    {"fanout", 0, FlagKind::Int, "Ask so many nodes at a time", "50"},
    {"json", 0, FlagKind::Bool, "Show everything as JSON"},
    {"pause", 0, FlagKind::Int, "Seconds between two nodes or batches, for breakers", "0"},
    {"show", 's', FlagKind::Bool, "Show the commands, and run none"},
    {"timeout", 0, FlagKind::Int, "Seconds that a node has to answer", "30"},
};
inline const std::vector<Flag> kWaves = {
    {"batch", 0, FlagKind::Int, "Begin with so many nodes at once, then pause"},
    {.name = "group-by",
     .kind = FlagKind::Text,
     .usage = "Tag that tells which nodes share a breaker: rack",
     .complete = Complete::Tags},
    {"per-group", 0, FlagKind::Int, "Of one group, begin with so many nodes at once"},
};
inline const std::vector<Flag> kAskAbove = {
    {"ask-above", 0, FlagKind::Int, "Ask before more than so many percent of all are touched (10)"},
};
inline const std::vector<Flag> kPersistent = {
    {"persistent", 0, FlagKind::Bool, "From now on, not only for the next boot"},
};
inline const std::vector<Flag> kRedfish = {
    {"address", 0, FlagKind::Text, "Address of the management controller"},
    {.name = "bmc-ca",
     .kind = FlagKind::Text,
     .usage = "File with the certificates that its own is signed by",
     .complete = Complete::Files},
    {"efiboot", 0, FlagKind::Bool, "Boot the device in UEFI mode"},
    {"bmc-fingerprint", 0, FlagKind::Text, "The certificate it must have: sha256:HEX"},
    {"port", 0, FlagKind::Int, "Port of the controller", "443"},
    {"system", 0, FlagKind::Text, "Which of its systems, by its Id"},
    {"timeout", 0, FlagKind::Int, "Seconds it has for an answer", "30"},
    {"user", 0, FlagKind::Text, "User to log in as"},
};
inline const std::vector<Flag> kIdentify = {
    {"off", 0, FlagKind::Bool, "Switch the light off again"},
};
inline const std::vector<Flag> kSensors = {
    {"full", 'F', FlagKind::Bool, "Show thresholds, too"},
};

}  // namespace ww::ctl
