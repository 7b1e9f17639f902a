// SPDX-License-Identifier: BSD-3-Clause
//
// What can be asked of a management controller: one row each.
#pragma once

#include <span>
#include <string_view>

namespace ww::power {

struct Verb {
    std::string_view word;       // as the API names it: "bootdev pxe"
    std::string_view template_;  // the template's .Cmd: "BootPxe"
    bool interrupts = false;     // what runs on the node ends
    bool starts = false;         // the machine begins to draw power
};

std::span<const Verb> verbs();
/// nullptr: there is none.
const Verb* find_verb(std::string_view word);

}  // namespace ww::power
