// SPDX-License-Identifier: BSD-3-Clause
//
// Go's fmt: Sprintf and its relatives over Values, with every verb, flag and in-output error string
// (`%!d(string=x)`). Values with an Error or String method print by it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "tmpl/value.h"

namespace ww::tmpl {

/// All stop early, at some point past it, when `out` grows over `max_size`: nested lists can print
/// to far more than they hold.
void append_sprintf(std::string& out,
                    std::string_view format,
                    std::span<const Value> operands,
                    size_t max_size = SIZE_MAX);
/// fmt.Sprint: a space between two operands if neither is a string.
void append_sprint(std::string& out, std::span<const Value> operands, size_t max_size = SIZE_MAX);
/// fmt.Sprintln.
void append_sprintln(std::string& out, std::span<const Value> operands, size_t max_size = SIZE_MAX);

/// One operand by %v, as an action prints it.
void append_value(std::string& out, const Value& value, size_t max_size = SIZE_MAX);
std::string to_text(const Value& value);

}  // namespace ww::tmpl
