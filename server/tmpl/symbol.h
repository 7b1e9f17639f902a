// SPDX-License-Identifier: BSD-3-Clause
//
// Symbol: an interned name. Field, method and variable names of templates and types become symbols
// once, when they are parsed or defined, so that execution compares numbers.
#pragma once

#include <cstdint>
#include <string_view>

namespace ww::tmpl {

enum class Symbol : uint32_t {};

/// The symbol of `name`; the same name gives the same symbol. Any thread; takes a lock.
Symbol intern(std::string_view name);

}  // namespace ww::tmpl
