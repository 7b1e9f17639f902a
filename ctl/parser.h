// SPDX-License-Identifier: BSD-3-Clause
//
// From words to a command with its flags and arguments, by the rules of Go's cobra and pflag: find
// the command first, then read flags and positionals, which mix freely until "--".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "ctl/flag.h"

namespace ww::ctl {

struct Command;

struct Found {
    const Command* command = nullptr;
    std::vector<std::string> words;  // those left: flags and arguments
};

/// Descends from `root` along the words that name sub-commands; flags may stand between them. An
/// unknown word ends the descent and stays among the words.
Found find_command(const Command& root, std::vector<std::string> words);

struct Parsed {
    FlagValues flags;
    std::vector<std::string> arguments;
    std::optional<size_t> dash;             // how many arguments came before "--"
    std::vector<std::string> deprecations;  // lines for stderr
};

/// `ours`: after so many arguments no word is a flag of this command any more; 0: flags may stand
/// anywhere. Errors: InvalidArgument, as pflag words it.
Result<Parsed> parse_flags(std::vector<Flag> flags,
                           const std::vector<std::string>& words,
                           size_t ours = 0);

}  // namespace ww::ctl
