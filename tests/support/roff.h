// SPDX-License-Identifier: BSD-3-Clause
//
// Manual pages that are made from tables, with prose around them.
#pragma once

#include <string>
#include <string_view>

#include "support/catch.h"

namespace ww::test {

/// Text of a table as roff: what stands in backquotes is bold.
inline std::string roff(std::string_view text) {
    std::string out;
    bool bold = false;
    for (const char c : text) {
        if (c == '`') {
            bold = !bold;
            out += bold ? "\\fB" : "\\fR";
        } else if (c == '\\') {
            out += "\\e";
        } else if (c == '-') {
            out += "\\-";
        } else {
            out += c;
        }
    }
    if (out.starts_with('.') || out.starts_with('\'')) out.insert(0, "\\&");
    return out;
}

/// The page with what stands between its lines `.\" NAME begin` and `.\" NAME end` made anew.
inline std::string with_made_part(const std::string& page,
                                  const std::string& name,
                                  const std::string& made) {
    const std::string begin = ".\\\" " + name + " begin\n";
    const std::string end = ".\\\" " + name + " end\n";
    const size_t from = page.find(begin);
    const size_t to = page.find(end);
    REQUIRE(from != std::string::npos);
    REQUIRE(to != std::string::npos);
    return page.substr(0, from + begin.size()) + made + page.substr(to);
}

}  // namespace ww::test
