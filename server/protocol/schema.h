// SPDX-License-Identifier: BSD-3-Clause
//
// The messages of the table of routes as JSON Schema (2020-12), made from the same lists of members
// as their JSON.
#pragma once

#include <string>
#include <string_view>

namespace ww::protocol {

/// What a request may be: every member may be missing, and none may be added.
std::string request_schema(std::string_view route_path);
/// One line of what comes: {"note"}, {"progress"}, {"problem"}, or at last {"reply"}.
std::string reply_line_schema(std::string_view route_path);
/// application/problem+json.
std::string problem_schema();

}  // namespace ww::protocol
