// SPDX-License-Identifier: BSD-3-Clause
//
// The table of commands. To add one: a row here, a handler in cmd/, its words in cmd/NAME.md.
#include "ctl/cmd/handlers.h"
#include "ctl/command.h"
#include "ctl/field_flags.h"

namespace ww::ctl {

namespace {

using Rule = Arity::Rule;

constexpr Arity kAny = {Rule::Any};
constexpr Arity kNone = {Rule::None};
constexpr Arity kOne = {Rule::Exactly, 1};
constexpr Arity kSome = {Rule::AtLeast, 1};

const std::vector<Flag> kYes = {
    {"yes", 'y', FlagKind::Bool, "Do not ask"},
};
const std::vector<Flag> kAllNodes = {
    {"all", 'a', FlagKind::Bool, "Change all nodes"},
    {"force", 'f', FlagKind::Bool, "Without effect", {}, true, "it has no effect"},
};
const std::vector<Flag> kSkipUnknown = {
    {"force", 'f', FlagKind::Bool, "Go on when a name is not known"},
};
const std::vector<Flag> kNoHeader = {
    {"noheader", 0, FlagKind::Bool, "Leave out the commented list of keys"},
};
const std::vector<Flag> kNodeList = {
    {"all", 'a', FlagKind::Bool, "Show every field and where its value comes from"},
    {"ipmi", 'i', FlagKind::Bool, "Show management controllers"},
    {"json", 'j', FlagKind::Bool, "Show everything as JSON"},
    {"long", 'l', FlagKind::Bool, "Show kernel, image and overlays"},
    {"net", 'n', FlagKind::Bool, "Show network devices"},
    {"yaml", 'y', FlagKind::Bool, "Show everything as YAML"},
};
const std::vector<Flag> kProfileList = {
    {"all", 'a', FlagKind::Bool, "Show every field"},
    {"json", 'j', FlagKind::Bool, "Show everything as JSON"},
    {"yaml", 'y', FlagKind::Bool, "Show everything as YAML"},
};
const std::vector<Flag> kNodeStatus = {
    {"last", 'l', FlagKind::Bool, "Sort by time, latest first"},
    {"reverse", 'r', FlagKind::Bool, "Reverse the order"},
    {"time", 't', FlagKind::Int, "Show only nodes not seen for this many seconds"},
    {"unknown", 'u', FlagKind::Bool, "Show only nodes never seen"},
    {"update", 'U', FlagKind::Int, "Milliseconds between two looks", "500"},
    {"watch", 'w', FlagKind::Bool, "Show again and again"},
};
const std::vector<Flag> kCompletion = {
    {"no-descriptions", 0, FlagKind::Bool, "Leave out descriptions"},
};

}  // namespace

std::vector<CommandRow> command_table() {
    const auto nodes = std::vector<Complete>{Complete::Nodes};
    const auto profiles = std::vector<Complete>{Complete::Profiles};
    const auto files = std::vector<Complete>{Complete::Files};
    const auto node_values = value_flags(Entity::Node);
    const auto profile_values = value_flags(Entity::Profile);
    const auto tags = tag_flags();
    const auto removals = removal_flags();
    const auto old = old_flags();
    constexpr const char* kPatterns = "PATTERN [PATTERN ...]";
    constexpr const char* kNames = "PROFILE [PROFILE ...]";
    // clang-format off
    return {
        // path            aliases             arguments           arity   flags and handler
        {"completion",     "",                 "SHELL",            kOne,  {kCompletion}, cmd::completion, {}, {}, true, Needs::Nothing},
        {"help",           "",                 "[COMMAND ...]",    kAny,  {}, cmd::help, {}, {}, false, Needs::Nothing},
        {"server",         "",                 "",                 kNone, {}, cmd::server, {}, {}, false, Needs::Nothing},
        {"version",        "vers",             "",                 kNone, {}, cmd::version},

        {"node",           "nodes",            "",                 kAny,  {}},
        {"node add",       "new create",       kPatterns,          kSome, {node_values, tags, old}, cmd::node_add, nodes},
        {"node set",       "modify",           kPatterns,          kAny,  {node_values, tags, removals, old, kYes, kAllNodes}, cmd::node_set, nodes},
        {"node unset",     "",                 kPatterns,          kSome, {switch_flags(Entity::Node), kYes, kSkipUnknown}, cmd::node_unset, nodes},
        {"node list",      "ls",               "[PATTERN ...]",    kAny,  {kNodeList}, cmd::node_list, nodes},
        {"node edit",      "",                 "[PATTERN ...]",    kAny,  {kNoHeader}, cmd::node_edit, nodes},
        {"node export",    "",                 "[PATTERN ...]",    kAny,  {}, cmd::node_export, nodes},
        {"node import",    "",                 "FILE",             kOne,  {kYes}, cmd::node_import, files},
        {"node delete",    "rm del remove",    kPatterns,          kSome, {kYes}, cmd::node_delete, nodes},
        {"node status",    "",                 "[PATTERN ...]",    kAny,  {kNodeStatus}, cmd::node_status, nodes},

        {"profile",        "",                 "",                 kAny,  {}},
        {"profile add",    "new create",       kNames,             kSome, {profile_values, tags, old}, cmd::profile_add},
        {"profile set",    "modify",           kNames,             kAny,  {profile_values, tags, removals, old, kYes}, cmd::profile_set, profiles},
        {"profile unset",  "",                 kNames,             kSome, {switch_flags(Entity::Profile), kYes, kSkipUnknown}, cmd::profile_unset, profiles},
        {"profile list",   "ls",               "[PROFILE ...]",    kAny,  {kProfileList}, cmd::profile_list, profiles},
        {"profile edit",   "",                 "[PROFILE ...]",    kAny,  {kNoHeader}, cmd::profile_edit, profiles},
        {"profile delete", "remove rm del",    kNames,             kSome, {kYes}, cmd::profile_delete, profiles},
    };
    // clang-format on
}

}  // namespace ww::ctl
