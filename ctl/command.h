// SPDX-License-Identifier: BSD-3-Clause
//
// A command as data. The table in commands.cc is the only list of commands: finding them, their
// flags, their help, completion and manual pages all come from it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ctl/flag.h"

namespace ww::ctl {

class Context;

/// How many arguments a command takes.
struct Arity {
    enum class Rule { Any, None, Exactly, AtLeast, Between };
    Rule rule = Rule::Any;
    size_t low = 0;
    size_t high = 0;
};

/// Returns the exit status. An error becomes "ERROR: text" and 255.
using Handler = Result<int> (*)(Context&);

/// Whether the command needs wwd, which then has read the configuration before the command begins.
/// OwnWwd: one with the caller's own rights, also while a daemon runs. WwdHere: one on this
/// machine, since the command works on the site's files itself.
enum class Needs { Wwd, WwdHere, OwnWwd, Nothing };

/// One row of the table.
struct CommandRow {
    std::string_view path;       // "node add"
    std::string_view aliases;    // "new create"
    std::string_view arguments;  // for the usage line: "PATTERN [PATTERN ...]"
    Arity arity;
    std::vector<std::vector<Flag>> flags;  // sets of flags, shared between commands
    Handler run = nullptr;                 // nullptr: a group
    std::vector<Complete> complete = {};   // by position; the last one holds for all that follow
    std::string_view required = {};        // names of flags that must be given
    bool hidden = false;
    Needs needs = Needs::Wwd;
    size_t ours = 0;  // arguments after which words are another program's; 0: all are ours
};

struct Command {
    std::string path;  // "wwctl node add"
    std::string name;  // "add"
    std::vector<std::string> aliases;
    std::string arguments;
    Arity arity;
    std::vector<Flag> flags;  // its own, without the global ones
    Handler run = nullptr;
    std::vector<Complete> complete;
    std::vector<std::string> required;
    bool hidden = false;
    Needs needs = Needs::Wwd;
    size_t ours = 0;
    std::vector<Command> children;  // sorted by name

    bool is_group() const { return run == nullptr; }
    /// By name or alias; nullptr if there is none.
    const Command* child(std::string_view word) const;
    /// `did you mean "list"?`, of the children that help shows, or nothing.
    std::string nearest_child(std::string_view word) const;
};

/// The whole tree, made from the table once.
const Command& command_tree();
/// The table itself (commands.cc).
std::vector<CommandRow> command_table();
/// Flags every command has: verbose, debug, warewulfconf, …
std::span<const Flag> global_flags();

enum class Help { No, Yes };
/// A command's flags as its parser knows them, with or without --help.
std::vector<Flag> known_flags(const Command& command, Help help);

/// Errors: InvalidArgument, as cobra words it.
Result<void> check_arity(const Command& command, size_t arguments, std::string_view first);

}  // namespace ww::ctl
