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

namespace ww::sprig {

/// Compat: sprig's plain functions give "" where their must... forms fail.
enum class OnError { Nothing, Fail };

/// How deep containers may lie in each other where a function follows them; a cycle ends here.
inline constexpr int kMaxNesting = 2000;

/// A nil interface {}; a nil pointer, slice or map is not one.
bool is_nil_any(const tmpl::Value& value);

/// No value, zero, "", false, nothing in it, nil. A struct never is.
bool is_empty(const tmpl::Value& value);

/// Strings and []byte as they are, everything else as Go's %v prints it.
std::string text_of(const tmpl::Value& value);
/// fmt.Sprint of one operand.
std::string printed(const tmpl::Value& value);
/// False, the call having failed, if `text` is longer than a printed text may be: then it is cut.
bool fits(tmpl::Call& call, const std::string& text);
/// `text` as a string, if it fits.
tmpl::Value made(tmpl::Call& call, const std::string& text);

int64_t to_int64(const tmpl::Value& value);
double to_float64(const tmpl::Value& value);
/// Go's int64(number) on amd64: what does not fit is the smallest integer.
int64_t truncated(double number);

/// An element as an interface {} of its own, no longer addressable.
tmpl::Value element(const tmpl::Value& list, size_t index);
std::vector<tmpl::Value> elements(const tmpl::Value& list);
/// The texts of a list's elements without nil ones, of a scalar alone, of nothing for nil. A
/// []string is handed on itself, not copied.
tmpl::Value strings_of(tmpl::Call& call, const tmpl::Value& value);

/// Go's panic at a nil interface where a type is needed.
tmpl::Value fail_nil(tmpl::Call& call);

}  // namespace ww::sprig
