// SPDX-License-Identifier: BSD-3-Clause
//
// Truth, equality and order of Values by Go's rules.
#pragma once

#include <string>

#include "tmpl/value.h"

namespace ww::tmpl {

/// What `if` asks: not zero, not empty, not nil; every struct and every non-nil pointer is true.
bool truth(const Value& value);

/// reflect.DeepEqual of what two interfaces hold: types must be identical.
bool deep_equal(const Value& a, const Value& b);

/// The template language's `eq a b` and `lt a b`. Where the types forbid it they are false and
/// `problem` says why.
bool template_equal(const Value& a, const Value& b, std::string& problem);
bool template_less(const Value& a, const Value& b, std::string& problem);

}  // namespace ww::tmpl
