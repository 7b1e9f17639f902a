// SPDX-License-Identifier: BSD-3-Clause
//
// Sprig's functions: all of them, and the families they come in, one a file.
#pragma once

#include <span>

#include "tmpl/function.h"

namespace ww::sprig {

/// Of functions that give something else each time.
inline constexpr auto kVolatile = tmpl::Function::Result::Volatile;

/// All of them.
std::span<const tmpl::Function> functions();

// The families.
std::span<const tmpl::Function> string_functions();
std::span<const tmpl::Function> layout_functions();
std::span<const tmpl::Function> split_functions();
std::span<const tmpl::Function> number_functions();
std::span<const tmpl::Function> list_functions();
std::span<const tmpl::Function> dict_functions();
std::span<const tmpl::Function> default_functions();
std::span<const tmpl::Function> json_functions();
std::span<const tmpl::Function> regex_functions();
std::span<const tmpl::Function> date_functions();
std::span<const tmpl::Function> semver_functions();
std::span<const tmpl::Function> encoding_functions();
std::span<const tmpl::Function> random_functions();
std::span<const tmpl::Function> crypto_functions();
std::span<const tmpl::Function> certificate_functions();
std::span<const tmpl::Function> path_functions();
std::span<const tmpl::Function> url_functions();
std::span<const tmpl::Function> system_functions();
std::span<const tmpl::Function> reflect_functions();

}  // namespace ww::sprig
