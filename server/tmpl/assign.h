// SPDX-License-Identifier: BSD-3-Clause
//
// Go's rules for handing a value to a parameter of a type.
#pragma once

#include <string>

#include "tmpl/value.h"

namespace ww::tmpl {

/// A type that an untyped nil may take.
bool can_be_nil(Type type);
/// The nil of such a type; for kRaw no value at all.
Value nil_for(Type type);

/// The type Go's reflection sees: interface {} for what was read out of one.
Type static_type(const Value& value);

/// Turns `value` into an argument of `type`. False, with `problem` set, if it does not fit.
bool convert_argument(Value& value, Type type, std::string& problem);

/// As a map key or slice index: stricter, but any integer type serves for another.
bool convert_key(Value& value, Type type, std::string& problem);

/// An integer as a type of that kind would hold it.
int64_t wrap_integer(Type type, int64_t value);

}  // namespace ww::tmpl
