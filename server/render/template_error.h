// SPDX-License-Identifier: BSD-3-Clause
//
// An error of the template engine, made ready for the author of the template.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace ww::render {

/// Go's own line stays the message, so that old habits and searches work; `frame` says what we were
/// about; the hint shows the line of `text` that is meant, marked where the column is known, and
/// keeps the engine's "did you mean".
Error template_error(const Error& error, std::string_view text, std::string frame);

}  // namespace ww::render
