// SPDX-License-Identifier: BSD-3-Clause
//
// Scalars of warewulf.conf as upstream decodes them (reference/store.md §1.2).
#pragma once

#include <cstdint>
#include <optional>

#include "yaml/document.h"

namespace ww::config {

/// An unquoted number, a fraction cut off; nothing if it is none, or beyond int64.
std::optional<int64_t> number_of(const yaml::Node& node);

/// true and false without quotes, or a word such as yes and off; nothing if it is none of them.
std::optional<bool> flag_of(const yaml::Node& node);

}  // namespace ww::config
