// SPDX-License-Identifier: BSD-3-Clause
//
// Numbers in templates: which types a literal fits, and which it takes where any will do.
#pragma once

#include <memory>
#include <string>

#include "tmpl/node.h"
#include "tmpl/token.h"

namespace ww::tmpl {

/// `token` is a CharConstant, Complex or Number. Null, with `problem` set, if it is malformed.
std::unique_ptr<NumberNode> parse_number(const Token& token, std::string& problem);

}  // namespace ww::tmpl
