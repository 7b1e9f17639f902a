// SPDX-License-Identifier: BSD-3-Clause
//
// Options of Warewulf 3's commands: read as ours are, and turned into flags of wwctl by their rows.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "ctl/parser.h"
#include "ctl/warewulf3/words.h"

namespace ww::ctl::warewulf3 {

/// As the parser knows them, with those that every word has.
std::vector<Flag> flags_of(const Word& word);

/// What one more option is said to be, in help and manual: its usage, or its row's target.
std::string explained(const Option& option);

/// Words that set something nowhere, false or no: "UNDEF", "no", "0".
bool is_off(std::string_view value);
/// "UNDEF", which takes a value away.
bool is_undef(std::string_view value);

/// The flags of wwctl for the options whose rows say so, and notes for those that need nothing.
/// Errors: InvalidArgument, for all options together that have no counterpart, with what to do
/// instead.
Result<std::vector<std::string>> plain_flags(const Line& line, Plan& plan);

/// Items as one value of a flag that takes a list: those with commas in quotes.
std::string as_list(const std::vector<std::string>& items);

/// "a,b c" as "a", "b", "c": cut at any of `separators`, empty ones left out.
std::vector<std::string> cut(std::string_view text, std::string_view separators);

/// `first` and `rest` in one list.
std::vector<std::string> joined(std::vector<std::string> first,
                                const std::vector<std::string>& rest);

}  // namespace ww::ctl::warewulf3
