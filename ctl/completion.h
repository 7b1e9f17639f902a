// SPDX-License-Identifier: BSD-3-Clause
//
// What Tab offers: the hidden words the shell scripts call, and the scripts themselves.
// Source: reference/cli.md §1.11.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ctl/output.h"

namespace ww::ctl {

/// "__complete" or "__completeNoDesc".
bool is_completion_request(std::string_view word);

/// One candidate per line on stdout, then ":DIRECTIVE". `words[0]` is the request itself; the last
/// word is the one being typed. Returns the exit status.
int complete(const std::vector<std::string>& words, Output& output);

/// The script that makes a shell ask us; empty for a shell we do not know.
std::string completion_script(std::string_view shell, bool descriptions);

}  // namespace ww::ctl
