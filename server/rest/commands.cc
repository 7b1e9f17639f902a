// SPDX-License-Identifier: BSD-3-Clause
//
// /api/wwd/v1/…: all that wwctl asks over the UNIX socket, with the same bodies and replies, for
// whom his role lets. Source: protocol/routes.h.
#include "api/dispatch.h"
#include "protocol/routes.h"
#include "rest/handlers.h"

namespace ww::rest {

namespace {

access::Role role_of(protocol::Access access) {
    switch (access) {
        case protocol::Access::Everyone:
            return access::Role::ReadOnly;
        case protocol::Access::Operator:
            return access::Role::Operator;
        case protocol::Access::Admin:
            break;
    }
    return access::Role::Admin;
}

Result<Answer> run_command(const Call& call) {
    // Of the path but "/api".
    const std::string_view path = call.route.path.substr(call.route.path.find('/', 1));
    return api::to_http(api::dispatch(call.site, call.caller, path, call.body));
}

/// Paths of the table with "/api" before them; texts that live as long as the program.
const std::vector<std::string>& paths() {
    static const std::vector<std::string> kPaths = [] {
        std::vector<std::string> all;
        for (const protocol::RouteRow& row : protocol::routes())
            all.push_back("/api" + std::string(row.path));
        return all;
    }();
    return kPaths;
}

}  // namespace

std::vector<Route> command_routes() {
    std::vector<Route> all;
    size_t at = 0;
    for (const protocol::RouteRow& row : protocol::routes())
        all.push_back({.name = row.name,
                       .method = Method::Post,
                       .path = paths()[at++],
                       .handler = run_command,
                       .role = role_of(row.access),
                       .status = 200,
                       .body = row.access == protocol::Access::Everyone ? kSmallBody : kLargeBody,
                       .request = row.request,
                       .reply = row.reply,
                       .query = {},
                       .doc = row.doc,
                       .dialect = Dialect::Problem});
    return all;
}

}  // namespace ww::rest
