// SPDX-License-Identifier: BSD-3-Clause
//
// The families of sprig functions, one table per file. Only funcs_sprig.cc and the families include
// this; everybody else takes sprig_functions() from function.h.
#pragma once

#include <span>

#include "tmpl/function.h"

namespace ww::tmpl::sprig {

std::span<const Function> string_functions();
std::span<const Function> layout_functions();
std::span<const Function> split_functions();
std::span<const Function> number_functions();
std::span<const Function> list_functions();
std::span<const Function> dict_functions();
std::span<const Function> default_functions();
std::span<const Function> json_functions();
std::span<const Function> regex_functions();
std::span<const Function> date_functions();
std::span<const Function> semver_functions();
std::span<const Function> encoding_functions();
std::span<const Function> random_functions();
std::span<const Function> crypto_functions();
std::span<const Function> certificate_functions();
std::span<const Function> path_functions();
std::span<const Function> url_functions();
std::span<const Function> system_functions();
std::span<const Function> reflect_functions();

}  // namespace ww::tmpl::sprig
