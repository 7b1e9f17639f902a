// SPDX-License-Identifier: BSD-3-Clause
//
// Manual pages of commands, made from the command table and the commands' Markdown.
#pragma once

#include <string>

#include "ctl/command.h"

namespace ww::ctl {

/// man(7) source for section 1.
std::string man_page(const Command& command);
/// reStructuredText.
std::string reference_page(const Command& command);

}  // namespace ww::ctl
