// SPDX-License-Identifier: BSD-3-Clause
//
// What sprig's functions ask of values over and over: their text, their number, their emptiness,
// the elements of a list. The conversions are those of Go's spf13/cast, which never fail: what
// cannot be converted is zero.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tmpl/function.h"
#include "tmpl/value.h"

namespace ww::tmpl::sprig {

/// How deep containers may lie in each other where a function follows them; a cycle ends here.
inline constexpr int kMaxNesting = 2000;

/// A nil interface {}; a nil pointer, slice or map is not one.
bool is_nil_any(const Value& value);

/// No value, zero, "", false, nothing in it, nil. A struct never is.
bool is_empty(const Value& value);

/// Strings and []byte as they are, everything else as Go's %v prints it.
std::string text_of(const Value& value);
/// fmt.Sprint of one operand.
std::string printed(const Value& value);
/// False, the call having failed, if `text` is longer than a printed text may be: then it is cut.
bool fits(Call& call, const std::string& text);
/// `text` as a string, if it fits.
Value made(Call& call, const std::string& text);

int64_t to_int64(const Value& value);
double to_float64(const Value& value);
/// Go's int64(number) on amd64: what does not fit is the smallest integer.
int64_t truncated(double number);

/// An element as an interface {} of its own, no longer addressable.
Value element(const Value& list, size_t index);
std::vector<Value> elements(const Value& list);
/// The texts of a list's elements without nil ones, of a scalar alone, of nothing for nil. A
/// []string is handed on itself, not copied.
Value strings_of(Call& call, const Value& value);

/// Go's panic at a nil interface where a type is needed.
Value fail_nil(Call& call);

}  // namespace ww::tmpl::sprig
