// SPDX-License-Identifier: BSD-3-Clause
//
// The table of commands. To add one: a row here, a handler below cmd/, its page beside it.
#include "ctl/cmd/handlers.h"
#include "ctl/command.h"
#include "ctl/field_flags.h"
#include "ctl/flags/images.h"
#include "ctl/flags/power.h"

namespace ww::ctl {

using fields::EntryKind;

namespace {

using Rule = Arity::Rule;

constexpr Arity kAny = {Rule::Any};
constexpr Arity kNone = {Rule::None};
constexpr Arity kOne = {Rule::Exactly, 1};
constexpr Arity kTwo = {Rule::Exactly, 2};
constexpr Arity kThree = {Rule::Exactly, 3};
constexpr Arity kNoneOrOne = {Rule::Between, 0, 1};
constexpr Arity kOneOrTwo = {Rule::Between, 1, 2};
constexpr Arity kTwoOrThree = {Rule::Between, 2, 3};
constexpr Arity kTwoOrMore = {Rule::AtLeast, 2};
constexpr Arity kSome = {Rule::AtLeast, 1};

const std::vector<Flag> kDryRun = {
    {"dry-run", 0, FlagKind::Bool, "Show what would change, and change nothing"},
};
const std::vector<Flag> kYes = {
    {"yes", 'y', FlagKind::Bool, "Do not ask"},
};
const std::vector<Flag> kRewrite = {
    {"rewrite", 0, FlagKind::Bool, "Write nodes.conf anew, without comments and anchors"},
};
const std::vector<Flag> kMerge = {
    {"merge",
     0,
     FlagKind::Bool,
     "Keep what the file does not mention, within devices and disks, too"},
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
    {"arch", 0, FlagKind::Bool, "Show of which architecture machines and images are"},
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
const std::vector<Flag> kJson = {
    {"json", 0, FlagKind::Bool, "Show everything as JSON"},
};
const std::vector<Flag> kWhere = {
    {"image",
     0,
     FlagKind::Texts,
     "Only nodes that boot one of these images",
     {},
     false,
     {},
     Complete::Images},
    {"profile",
     0,
     FlagKind::Texts,
     "Only nodes that inherit from all these profiles",
     {},
     false,
     {},
     Complete::Profiles},
    {"tag",
     0,
     FlagKind::TextArray,
     "Only nodes with this tag: NAME, or NAME=VALUE",
     {},
     false,
     {},
     Complete::Tags},
};
const std::vector<Flag> kNodeStatus = {
    {"last", 'l', FlagKind::Bool, "Sort by time, latest first"},
    {"reverse", 'r', FlagKind::Bool, "Reverse the order"},
    {"time", 't', FlagKind::Int, "Show only nodes not seen for this many seconds"},
    {"unknown", 'u', FlagKind::Bool, "Show only nodes never seen"},
    {"update", 'U', FlagKind::Int, "Milliseconds between two looks", "500"},
    {"watch", 'w', FlagKind::Bool, "Show again and again"},
};
const std::vector<Flag> kOverlayList = {
    {"all", 'a', FlagKind::Bool, "Show files and folders"},
    {"long", 'l', FlagKind::Bool, "Show files and folders with modes and owners"},
    {"path", 'p', FlagKind::Bool, "Show where each overlay is"},
};
const std::vector<Flag> kOverlayShow = {
    {"quiet", 'q', FlagKind::Bool, "Show the text only"},
    {"render",
     'r',
     FlagKind::Text,
     "Show the template as it is rendered for this node",
     {},
     false,
     {},
     Complete::Nodes},
};
const std::vector<Flag> kOverlayInfo = {
    {"functions", 'f', FlagKind::Bool, "Show the functions the template calls instead"},
};
const std::vector<Flag> kOverlayBuild = {
    {"workers", 0, FlagKind::Int, "Nodes built at once; 0 is one per processor", "0"},
    {"keep-last-good", 0, FlagKind::Bool, "Send the last good archive while one cannot be made"},
    {"output",
     'o',
     FlagKind::Text,
     "Write the archives below this folder, and nothing else",
     {},
     false,
     {},
     Complete::Files},
};
const std::vector<Flag> kOverlayDelete = {
    {"force", 'f', FlagKind::Bool, "Delete an overlay that is not empty"},
    {"parents", 'p', FlagKind::Bool, "Delete folders that become empty"},
};
const std::vector<Flag> kOverlayEdit = {
    {"mode", 'm', FlagKind::Int32, "Without effect", "493", true},
    {"parents", 'p', FlagKind::Bool, "Make missing folders"},
};
const std::vector<Flag> kOverlayImport = {
    {"overwrite", 'o', FlagKind::Bool, "Replace a file that exists"},
    {"parents", 'p', FlagKind::Bool, "Make missing folders"},
    {"workers", 0, FlagKind::Int, "Without effect", "0", true},
};
const std::vector<Flag> kOverlayMkdir = {
    {"mode", 'm', FlagKind::Int32, "Mode of the folders made; a leading 0 means octal", "493"},
};
const std::vector<Flag> kSsh = {
    {"dryrun", 'n', FlagKind::Bool, "Show the commands only"},
    {"fanout", 'f', FlagKind::Int, "Nodes at once", "32"},
    {"rsh", 0, FlagKind::Text, "Program that reaches a node", "/usr/bin/ssh"},
    {"sleep", 's', FlagKind::Int, "Seconds to wait after each node", "0"},
};
const std::vector<Flag> kFromWarewulf3 = {
    {"from-warewulf3",
     0,
     FlagKind::TextArray,
     "File with the output of wwsh; - is standard input",
     {},
     false,
     {},
     Complete::Files},
};
const std::vector<Flag> kUpgrade = {
    {"input-path", 'i', FlagKind::Text, "File of an older release", {}, false, {}, Complete::Files},
    {"output-path",
     'o',
     FlagKind::Text,
     "File to write; - is standard output",
     {},
     false,
     {},
     Complete::Files},
};
const std::vector<Flag> kUpgradeNodes = {
    {"add-defaults",
     0,
     FlagKind::Bool,
     "Fill in the profile default, and use it where a node has none"},
    {"replace-overlays",
     0,
     FlagKind::Bool,
     "Put in place of wwinit and generic what they were split into"},
    {"with-warewulfconf",
     0,
     FlagKind::Text,
     "File of an older release with the mounts of nodes",
     {},
     false,
     {},
     Complete::Files},
};
const std::vector<Flag> kConfigureAll = {
    {"all", 'a', FlagKind::Bool, "Set up everything, in order"},
};
const std::vector<Flag> kConfigureSsh = {
    {.name = "keytypes",
     .shorthand = 't',
     .kind = FlagKind::TextArray,
     .usage = "Type of the keys to make, instead of the configured",
     .complete = Complete::KeyTypes},
};
const std::vector<Flag> kConfigureTftp = {
    {"show", 's', FlagKind::Bool, "As --dry-run"},
};
const std::vector<Flag> kConfigureTls = {
    {"export", 0, FlagKind::Text, "Copy the keys to this folder", {}, false, {}, Complete::Files},
    {"force", 'f', FlagKind::Bool, "Make new keys, whatever there is"},
    {"import", 0, FlagKind::Text, "Take the keys from this folder", {}, false, {}, Complete::Files},
};
const std::vector<Flag> kHistory = {
    {"long", 'l', FlagKind::Bool, "Show the values that changed"},
    {"number", 'n', FlagKind::Int, "Show the newest so many; 0 shows all", "50"},
    {"since",
     0,
     FlagKind::Text,
     "Only what is not older: 2026-07-01, \"2026-07-01 13:30\", 2h, 3d"},
    {"until", 0, FlagKind::Text, "Only what is not newer"},
    {"user", 0, FlagKind::Text, "Only what this user changed"},
};
const std::vector<Flag> kVersion = {
    {"full", 'f', FlagKind::Bool, "Show the server's version and the files of the site, too"},
};
const std::vector<Flag> kCompletion = {
    {"no-descriptions", 0, FlagKind::Bool, "Leave out descriptions"},
};

const std::vector<Flag> kOverlayCheck = {
    {"all", 'a', FlagKind::Bool, "Also overlays that no node uses"},
};
const std::vector<Flag> kSince = {
    {"since",
     0,
     FlagKind::Int,
     "Revision to compare with; without it, the one before the newest",
     {},
     false,
     {},
     Complete::Revisions},
};
const std::vector<Flag> kPlan = {
    {"files-only", 0, FlagKind::Bool, "Name the files that would change, without what changes"},
    {"nodes", 0, FlagKind::Bool, "Look at nodes and profiles, not at files"},
};

const std::vector<Flag> kTokenCreate = {
    {"expires", 0, FlagKind::Text, "How long it lasts: 12h, 30d, 1w, or never", "30d"},
    {.name = "role",
     .kind = FlagKind::Text,
     .usage = "What it may do: read-only, operator or admin",
     .fallback = "read-only",
     .complete = Complete::Roles},
    {"scope", 0, FlagKind::Texts, "Only for these parts: node, image, power, ..."},
};

}  // namespace

std::vector<CommandRow> command_table() {
    const auto nodes = std::vector<Complete>{Complete::Nodes};
    const auto profiles = std::vector<Complete>{Complete::Profiles};
    const auto entries = std::vector<Complete>{Complete::Entries};
    const auto entry_and_field =
        std::vector<Complete>{Complete::Entries, Complete::SetFields, Complete::Nothing};
    const auto revisions =
        std::vector<Complete>{Complete::Revisions, Complete::Revisions, Complete::Nothing};
    const auto one_revision = std::vector<Complete>{Complete::Revisions, Complete::Nothing};
    const auto files = std::vector<Complete>{Complete::Files};
    const auto shell = std::vector<Complete>{Complete::Shells, Complete::Nothing};
    const auto images = std::vector<Complete>{Complete::Images};
    const auto one_image = std::vector<Complete>{Complete::Images, Complete::Nothing};
    const auto one_job = std::vector<Complete>{Complete::Jobs, Complete::Nothing};
    const auto tokens = std::vector<Complete>{Complete::Tokens};
    const auto overlays = std::vector<Complete>{Complete::Overlays};
    const auto overlay_file =
        std::vector<Complete>{Complete::Overlays, Complete::OverlayFiles, Complete::Nothing};
    const auto overlay_and_file =
        std::vector<Complete>{Complete::Overlays, Complete::Files, Complete::Nothing};
    const auto one_node = std::vector<Complete>{Complete::Nodes, Complete::Nothing};
    const auto node_and_file =
        std::vector<Complete>{Complete::Nodes, Complete::NodeFiles, Complete::Nothing};
    const auto overlay_only = std::vector<Complete>{Complete::Overlays, Complete::Nothing};
    const auto device_and_nodes = std::vector<Complete>{Complete::BootDevices, Complete::Nodes};
    const auto first_node = std::vector<Complete>{Complete::Nodes, Complete::Files};
    const auto node_values = value_flags(EntryKind::Node);
    const auto profile_values = value_flags(EntryKind::Profile);
    const auto tags = tag_flags();
    const auto removals = removal_flags();
    const auto old = old_flags();
    constexpr const char* kPatterns = "PATTERN [PATTERN ...]";
    constexpr const char* kNames = "PROFILE [PROFILE ...]";
    // clang-format off
    return {
        // path            aliases             arguments           arity   flags and handler
        {"apply",          "",                 "FILE",             kOne,  {kYes, kDryRun, kRewrite}, cmd::apply, files},
        {"clean",          "",                 "",                 kNone, {}, cmd::clean},
        {"completion",     "",                 "SHELL",            kOne,  {kCompletion}, cmd::completion, shell, {}, true, Needs::Nothing},
        {"configure",      "",                 "",                 kNone, {kConfigureAll, kDryRun}, cmd::configure, {}, {}, false, Needs::OwnWwd},
        {"configure dhcp", "",                 "",                 kNone, {kDryRun}, cmd::configure, {}, {}, false, Needs::OwnWwd},
        {"configure hostfile", "",             "",                 kNone, {kDryRun}, cmd::configure, {}, {}, false, Needs::OwnWwd},
        {"configure nfs",  "",                 "",                 kNone, {kDryRun}, cmd::configure, {}, {}, false, Needs::OwnWwd},
        {"configure ssh",  "",                 "",                 kNone, {kConfigureSsh, kDryRun}, cmd::configure, {}, {}, false, Needs::OwnWwd},
        {"configure tftp", "",                 "",                 kNone, {kConfigureTftp, kDryRun}, cmd::configure, {}, {}, false, Needs::OwnWwd},
        {"configure tls",  "keys key cert crt", "",                kNone, {kConfigureTls, kDryRun}, cmd::configure, {}, {}, false, Needs::OwnWwd},
        {"configure warewulfd", "",            "",                 kNone, {kDryRun}, cmd::configure, {}, {}, false, Needs::OwnWwd},
        {"help",           "",                 "[COMMAND ...]",    kAny,  {}, cmd::help, {}, {}, false, Needs::Nothing},
        {"genconfig",      "cnf",              "",                 kAny,  {}, nullptr, {}, {}, true},
        {"genconfig completions", "",          "[SHELL]",          kNoneOrOne, {kCompletion}, cmd::completion, shell, {}, false, Needs::Nothing},
        {"genconfig defaults", "",             "",                 kNone, {}, cmd::genconfig_defaults, {}, {}, false, Needs::Nothing},
        {"genconfig man",  "man_pages",        "FOLDER",           kOne,  {}, cmd::genconfig_man, files, {}, false, Needs::Nothing},
        {"genconfig reference", "",            "FOLDER",           kOne,  {}, cmd::genconfig_reference, files, {}, false, Needs::Nothing},
        {"genconfig warewulfconf", "cnf",      "",                 kAny,  {}},
        {"genconfig warewulfconf print", "",   "",                 kNone, {}, cmd::config_print},
        {"import",         "",                 "[FILE ...]",       kAny,  {kFromWarewulf3, kYes, kDryRun}, cmd::import_warewulf3, files, "from-warewulf3"},
        {"power",          "",                 "",                 kAny,  {}},
        {"power bootdev",  "",                 "pxe|disk|bios PATTERN [PATTERN ...]", kTwoOrMore, {kBmc, kPersistent}, cmd::power_bootdev, device_and_nodes},
        {"power cycle",    "",                 kPatterns,          kSome, {kBmc, kWaves, kYes, kAskAbove}, cmd::power, nodes},
        {"power off",      "",                 kPatterns,          kSome, {kBmc, kYes, kAskAbove}, cmd::power, nodes},
        {"power on",       "",                 kPatterns,          kSome, {kBmc, kWaves}, cmd::power, nodes},
        {"power reset",    "",                 kPatterns,          kSome, {kBmc, kWaves, kYes, kAskAbove}, cmd::power, nodes},
        {"power soft",     "",                 kPatterns,          kSome, {kBmc, kYes, kAskAbove}, cmd::power, nodes},
        {"power status",   "",                 kPatterns,          kSome, {kBmc}, cmd::power, nodes},
        {"redfish",        "",                 "COMMAND",          kOne,  {kRedfish, kPersistent}, cmd::redfish, {Complete::Nothing}, "address user", true, Needs::Nothing},
        {"server",         "",                 "",                 kNone, {}, cmd::server, {}, {}, false, Needs::Nothing},
        {"server start",   "",                 "",                 kNone, {}, cmd::server_control, {}, {}, false, Needs::OwnWwd},
        {"server stop",    "",                 "",                 kNone, {}, cmd::server_control, {}, {}, false, Needs::OwnWwd},
        {"server restart", "",                 "",                 kNone, {}, cmd::server_control, {}, {}, false, Needs::OwnWwd},
        {"server reload",  "",                 "",                 kNone, {}, cmd::server_control, {}, {}, false, Needs::OwnWwd},
        {"server status",  "",                 "",                 kNone, {kJson}, cmd::server_status},
        {"history",        "log",              "[PATTERN|PROFILE ...]", kAny, {kHistory, kWhere, kJson}, cmd::history, entries},
        {"blame",          "",                 "NODE|PROFILE [FIELD]", kOneOrTwo, {kJson}, cmd::blame, entry_and_field},
        {"diff",           "",                 "REVISION [REVISION]", kOneOrTwo, {kJson}, cmd::diff, revisions},
        {"undo",           "",                 "[REVISION]",       kNoneOrOne, {kYes, kDryRun}, cmd::undo, one_revision},
        {"plan",           "",                 "COMMAND [ARGUMENT ...]", kSome, {kPlan, kJson}, cmd::plan, {}, {}, false, Needs::Wwd, 1},
        {"ssh",            "",                 "PATTERN COMMAND...", kTwoOrMore, {kSsh}, cmd::ssh, first_node},
        {"upgrade",        "",                 "",                 kAny,  {}},
        {"upgrade config", "",                 "",                 kNone, {kUpgrade, kDryRun}, cmd::upgrade_config},
        {"upgrade nodes",  "",                 "",                 kNone, {kUpgrade, kUpgradeNodes, kDryRun}, cmd::upgrade_nodes, {}, "add-defaults replace-overlays"},
        {"version",        "vers",             "",                 kNone, {kVersion}, cmd::version},

        {"node",           "nodes",            "",                 kAny,  {}},
        {"node add",       "new create",       kPatterns,          kSome, {node_values, tags, old, kDryRun, kRewrite}, cmd::node_add, nodes},
        {"node set",       "modify",           kPatterns,          kAny,  {node_values, tags, removals, old, kYes, kDryRun, kRewrite, kAllNodes}, cmd::node_set, nodes},
        {"node unset",     "",                 kPatterns,          kSome, {switch_flags(EntryKind::Node), kYes, kDryRun, kRewrite, kSkipUnknown}, cmd::node_unset, nodes},
        {"node list",      "ls",               "[PATTERN ...]",    kAny,  {kNodeList, kWhere}, cmd::node_list, nodes},
        {"node edit",      "",                 "[PATTERN ...]",    kAny,  {kNoHeader, kDryRun, kRewrite}, cmd::node_edit, nodes},
        {"node export",    "",                 "[PATTERN ...]",    kAny,  {}, cmd::node_export, nodes},
        {"node import",    "",                 "FILE",             kOne,  {kYes, kDryRun, kRewrite, kMerge}, cmd::node_import, files},
        {"node delete",    "rm del remove",    kPatterns,          kSome, {kYes, kDryRun, kRewrite}, cmd::node_delete, nodes},
        {"node console",   "",                 kPatterns,          kSome, {}, cmd::node_console, nodes},
        {"node identify",  "",                 kPatterns,          kSome, {kBmc, kIdentify}, cmd::node_identify, nodes},
        {"node sensors",   "",                 kPatterns,          kSome, {kBmc, kSensors}, cmd::node_sensors, nodes},
        {"node status",    "",                 "[PATTERN ...]",    kAny,  {kNodeStatus, kJson}, cmd::node_status, nodes},

        {"image",          "vnfs container",   "",                 kAny,  {}},
        {"image import",   "pull",             "SOURCE [IMAGE]",   kOneOrTwo, {kImageImport, kSyncUser, kDetach}, cmd::image_import, files},
        {"image build",    "",                 "IMAGE [IMAGE ...]", kAny, {kImageBuild, kSyncUser, kDetach}, cmd::image_build, images},
        {"image list",     "ls",               "[IMAGE ...]",      kAny,  {kImageList, kJson}, cmd::image_list, images},
        {"image kernels",  "kernel",           "[IMAGE ...]",      kAny,  {kJson}, cmd::image_kernels, images},
        {"image show",     "",                 "IMAGE",            kOne,  {kImageShow, kJson}, cmd::image_show, one_image},
        {"image copy",     "cp",               "IMAGE NEW_NAME",   kTwo,  {kThenBuild}, cmd::image_copy, one_image},
        {"image rename",   "mv",               "IMAGE NEW_NAME",   kTwo,  {kThenBuild}, cmd::image_rename, one_image},
        {"image delete",   "rm remove del",    "IMAGE [IMAGE ...]", kAny, {kYes}, cmd::image_delete, images},
        {"image check",    "",                 "IMAGE",            kOne,  {kJson}, cmd::image_check, one_image},
        {"image diff",     "",                 "IMAGE IMAGE",      kTwo,  {kImageDiff, kJson}, cmd::image_diff, images},
        {"image history",  "",                 "IMAGE",            kOne,  {kJson}, cmd::image_history, one_image},
        {"image rollback", "",                 "IMAGE [GENERATION]", kOneOrTwo, {kDetach}, cmd::image_rollback, one_image},
        {"image gc",       "",                 "",                 kNone, {kImageGc, kDryRun, kDetach}, cmd::image_gc},

        {"image syncuser", "",                 "IMAGE",            kSome, {kImageSyncUser}, cmd::image_syncuser, one_image},
        {"image exec",     "",                 "IMAGE COMMAND [ARGUMENT ...]", kTwoOrMore, {kImageEnter, kSyncUser}, cmd::image_exec, one_image, {}, false, Needs::WwdHere, 2},
        {"image shell",    "chroot",           "IMAGE",            kOne,  {kImageEnter, kSyncUser}, cmd::image_shell, one_image, {}, false, Needs::WwdHere},

        {"job",            "",                 "",                 kAny,  {}},
        {"job list",       "ls",               "",                 kNone, {kJson}, cmd::job_list},
        {"job watch",      "",                 "JOB",              kOne,  {}, cmd::job_watch, one_job},
        {"job cancel",     "",                 "JOB",              kOne,  {}, cmd::job_cancel, one_job},

        {"overlay",        "",                 "",                 kAny,  {}},
        {"overlay list",   "ls",               "[OVERLAY ...]",    kAny,  {kOverlayList, kJson}, cmd::overlay_list, overlays},
        {"overlay show",   "cat",              "OVERLAY FILE",     kTwo,  {kOverlayShow}, cmd::overlay_show, overlay_file},
        {"overlay info",   "variables vars",   "OVERLAY FILE",     kTwo,  {kOverlayInfo}, cmd::overlay_info, overlay_file},
        {"overlay build",  "",                 "[PATTERN ...]",    kAny,  {kOverlayBuild, kDetach}, cmd::overlay_build, nodes},
        {"overlay changes", "",                "OVERLAY [FILE]",   kOneOrTwo, {kJson}, cmd::overlay_changes, overlay_file},
        {"overlay check",  "",                 "[OVERLAY ...]",    kAny,  {kOverlayCheck, kJson}, cmd::overlay_check, overlays},
        {"overlay diff",   "",                 "NODE",             kOne,  {kSince, kJson}, cmd::overlay_diff, one_node},
        {"overlay explain", "",                "NODE PATH",        kTwo,  {kJson}, cmd::overlay_explain, node_and_file},
        {"overlay reset",  "",                 "OVERLAY [FILE]",   kOneOrTwo, {kYes, kDryRun}, cmd::overlay_reset, overlay_file},
        {"overlay status", "",                 "",                 kNone, {kJson}, cmd::overlay_status},
        {"overlay create", "new add",          "OVERLAY",          kOne,  {}, cmd::overlay_create},
        {"overlay delete", "rm remove del",    "OVERLAY [FILE]",   kOneOrTwo, {kOverlayDelete}, cmd::overlay_delete, overlay_file},
        {"overlay edit",   "",                 "OVERLAY FILE",     kTwo,  {kOverlayEdit, kYes}, cmd::overlay_edit, overlay_file},
        {"overlay import", "cp",               "OVERLAY FILE [NEW_NAME]", kTwoOrThree, {kOverlayImport}, cmd::overlay_import, overlay_and_file},
        {"overlay mkdir",  "",                 "OVERLAY FOLDER",   kTwo,  {kOverlayMkdir}, cmd::overlay_mkdir, overlay_only},
        {"overlay chmod",  "",                 "OVERLAY FILE MODE", kThree, {}, cmd::overlay_chmod, overlay_file},
        {"overlay chown",  "",                 "OVERLAY FILE UID[:GID]", kThree, {}, cmd::overlay_chown, overlay_file},

        {"token",          "",                 "",                 kAny,  {}},
        {"token create",   "new add",          "NAME",             kOne,  {kTokenCreate}, cmd::token_create},
        {"token list",     "ls",               "",                 kNone, {kJson}, cmd::token_list},
        {"token revoke",   "rm remove del delete", "NAME [NAME ...]", kSome, {}, cmd::token_revoke, tokens},

        {"profile",        "",                 "",                 kAny,  {}},
        {"profile add",    "new create",       kNames,             kSome, {profile_values, tags, old, kDryRun, kRewrite}, cmd::profile_add},
        {"profile set",    "modify",           kNames,             kAny,  {profile_values, tags, removals, old, kYes, kDryRun, kRewrite}, cmd::profile_set, profiles},
        {"profile unset",  "",                 kNames,             kSome, {switch_flags(EntryKind::Profile), kYes, kDryRun, kRewrite, kSkipUnknown}, cmd::profile_unset, profiles},
        {"profile list",   "ls",               "[PROFILE ...]",    kAny,  {kProfileList}, cmd::profile_list, profiles},
        {"profile edit",   "",                 "[PROFILE ...]",    kAny,  {kNoHeader, kDryRun, kRewrite}, cmd::profile_edit, profiles},
        {"profile export", "",                 "[PROFILE ...]",    kAny,  {}, cmd::profile_export, profiles},
        {"profile import", "",                 "FILE",             kOne,  {kYes, kDryRun, kRewrite, kMerge}, cmd::profile_import, files},
        {"profile delete", "remove rm del",    kNames,             kSome, {kYes, kDryRun, kRewrite}, cmd::profile_delete, profiles},
    };
    // clang-format on
}

}  // namespace ww::ctl
