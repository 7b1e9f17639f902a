// SPDX-License-Identifier: BSD-3-Clause
//
// The types every template can meet, with their methods: Go's own and those of the time, net and
// errors packages. Types of the data model are defined by their owner.
#pragma once

#include <utility>
#include <vector>

#include "tmpl/type.h"

namespace ww::tmpl {

/// In the order of their indexes in types::, the invalid type first.
std::vector<std::pair<Type, TypeInfo>> known_types();

// Rows of known_types(), from methods_time.cc and methods_net.cc.
std::vector<Method> time_methods();
std::vector<Method> duration_methods();
std::vector<Method> month_methods();
std::vector<Method> weekday_methods();
std::vector<Method> ip_methods();
std::vector<Method> ip_mask_methods();

}  // namespace ww::tmpl
