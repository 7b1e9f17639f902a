// SPDX-License-Identifier: BSD-3-Clause
//
// What Tab offers: the hidden words the shell scripts call, and the scripts themselves.
// Source: reference/cli.md §1.11.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ctl/flag.h"
#include "ctl/output.h"

namespace ww::ctl {

/// "__complete" or "__completeNoDesc".
bool is_completion_request(std::string_view word);

/// What the shell shall do with the candidates; the numbers are cobra's.
enum Directive : int { kFiles = 0, kError = 1, kNoSpace = 2, kNoFiles = 4 };

struct Candidate {
    std::string text;
    std::string description;
};

struct Candidates {
    std::vector<Candidate> list;
    Directive directive = kNoFiles;
};

/// A word of which only the end is completed, and the rest repeated.
enum class Form { One, List, Pair };

/// Asks wwd for what begins with `typed`; `of`: the argument before; `flags`: what was typed so far
/// of flags that name a server. None if it cannot be asked.
Candidates complete_value(Complete kind,
                          const std::string& of,
                          std::string_view typed,
                          Form form,
                          const FlagValues& flags = FlagValues({}));
/// Those that help shows.
Candidates complete_flag_name(const std::vector<Flag>& flags, std::string_view typed);
/// As `request` (a completion request's first word) wants them.
void print_candidates(std::string_view request, const Candidates& found, Output& output);

/// One candidate per line on stdout, then ":DIRECTIVE". `words[0]` is the request itself; the last
/// word is the one being typed. Returns the exit status.
int complete(const std::vector<std::string>& words, Output& output);

/// The script that makes a shell ask us; empty for a shell we do not know.
std::string completion_script(std::string_view shell, bool descriptions);

}  // namespace ww::ctl
