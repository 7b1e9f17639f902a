// SPDX-License-Identifier: BSD-3-Clause
//
// Help of a command, laid out as users of wwctl know it. The words come from the command's Markdown
// file below cmd/ (its first line is the summary), the rest from the command table.
#pragma once

#include <string>
#include <string_view>

#include "ctl/command.h"

namespace ww::ctl {

/// What its page below cmd/ says about a command.
struct HelpPage {
    std::string summary;   // one line
    std::string text;      // paragraphs
    std::string examples;  // indented lines; may be empty
};

HelpPage help_page(const Command& command);

/// The whole text `--help` prints.
std::string help_text(const Command& command);

/// One line per flag, sorted by name, as pflag prints them.
std::string flag_usages(std::vector<Flag> flags);

/// The page below cmd/ of a command ("node add"); nullptr if there is none. Generated at build
/// time.
const char* help_markdown(std::string_view words);

/// The warewulf.conf that is installed: every key with its default. Generated at build time, too.
const char* default_configuration();

}  // namespace ww::ctl
