// SPDX-License-Identifier: BSD-3-Clause
//
// The table of what can be asked below /api: one row each, the only truth about it. The gate takes
// paths, methods and roles from it, the document of the interface its descriptions.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/role.h"
#include "rest/call.h"
#include "rest/head.h"

namespace ww::rest {

struct Parameter {
    std::string_view name;
    std::string_view type;  // "string", "boolean"
    std::string_view doc;
    bool required = false;
};

/// How errors are told: as Warewulf's interface does, or by application/problem+json.
enum class Dialect { Warewulf, Problem };

/// Bytes of a body.
inline constexpr size_t kNoBody = 0;
inline constexpr size_t kSmallBody = 64 << 10;
inline constexpr size_t kLargeBody = 32 << 20;  // see http::Limits::call_bytes

struct Route {
    std::string_view name;  // "getNodes"; upstream's where it has the route
    Method method;
    std::string_view path;  // "/api/nodes/{id}"
    Handler handler;
    access::Role role;         // at least
    int status;                // of success
    size_t body;               // the longest that is read; kNoBody: what comes is not looked at
    std::string_view request;  // names of schemas; empty: none
    std::string_view reply;
    std::span<const Parameter> query;
    std::string_view doc;
    Dialect dialect = Dialect::Warewulf;
};

/// Warewulf's first, then our own.
const std::vector<Route>& routes();

/// What a path and a method come to.
struct Match {
    const Route* route = nullptr;    // null: there is none
    std::vector<std::string> names;  // of the path's {…}
    std::vector<Method> allowed;     // of the path, where the method is not one of them
};
Match match(const Head& head);

}  // namespace ww::rest
