// SPDX-License-Identifier: BSD-3-Clause
//
// The two archives of a node. Source: reference/overlays.md §2.
#pragma once

#include <string_view>

#include "nodes/node.h"

namespace ww::overlay {

enum class Context { System, Runtime };

inline std::string_view to_string(Context context) {
    return context == Context::System ? "system" : "runtime";
}

inline const nodes::StringList& overlays_of(const nodes::Node& node, Context context) {
    return context == Context::System ? node.system_overlay : node.runtime_overlay;
}

}  // namespace ww::overlay
