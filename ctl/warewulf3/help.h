// SPDX-License-Identifier: BSD-3-Clause
//
// Help and completion of Warewulf 3's commands, made from their rows.
#pragma once

#include <string>
#include <vector>

#include "ctl/completion.h"
#include "ctl/warewulf3/words.h"

namespace ww::ctl::warewulf3 {

/// What `--help` prints of one word.
std::string help_text(const Word& word);
/// Of wwsh, or of a group of its words: "wwsh", "wwsh node".
std::string group_help(const std::string& path);

/// "node", "provision", …: the words that may follow `path`, each once, with what it is.
std::vector<std::pair<std::string, std::string>> children(const std::string& path);

/// The row of a program's words; what is left of them are options and targets. nullptr: there is
/// none, and `words` begins with the first that is not known.
const Word* find_word(std::string& path, std::vector<std::string>& words);

/// For a shell's Tab: the last of `words` is being typed.
Candidates candidates(const std::string& program, const std::vector<std::string>& words);

}  // namespace ww::ctl::warewulf3
