// SPDX-License-Identifier: BSD-3-Clause
//
// Truth and equality of Values by Go's rules.
#pragma once

#include "tmpl/value.h"

namespace ww::tmpl {

/// What `if` asks: not zero, not empty, not nil; every struct and every non-nil pointer is true.
bool truth(const Value& value);

/// reflect.DeepEqual of what two interfaces hold: types must be identical.
bool deep_equal(const Value& a, const Value& b);

}  // namespace ww::tmpl
