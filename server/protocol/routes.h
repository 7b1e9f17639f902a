// SPDX-License-Identifier: BSD-3-Clause
//
// The table of endpoints: one row each, the only truth about what can be asked. The client takes
// paths and types from it, the JSON codec its instantiations, the daemon its dispatcher, its
// permission check and its list of handlers (a row without a handler does not link).
#pragma once

#include <span>
#include <string_view>

#include "protocol/edit.h"
#include "protocol/types.h"

namespace ww::protocol {

/// Read: everyone who can open the socket. Change: root and the group `warewulf`.
enum class Access { Read, Change };

// clang-format off
//         name             path                       access  request        reply        what it does
#define WW_ROUTES(X)                                                                                                        \
    X(SayHello,        "/wwd/v1/hello",            Read,   Hello,         Welcome,     "check that client and daemon mean the same site") \
    X(NameList,        "/wwd/v1/names",            Read,   NamesRequest,  Selection,   "names of things, for completion")  \
    X(NodeTable,       "/wwd/v1/node/table",       Read,   ListRequest,   Table,       "nodes as rows")                    \
    X(NodeDocument,    "/wwd/v1/node/document",    Read,   ListRequest,   Document,    "nodes as YAML or JSON")            \
    X(NodeAdd,         "/wwd/v1/node/add",         Change, AddRequest,    ChangeReply, "create nodes")                     \
    X(NodeSet,         "/wwd/v1/node/set",         Change, SetRequest,    ChangeReply, "change fields of nodes")           \
    X(NodeUnset,       "/wwd/v1/node/unset",       Change, UnsetRequest,  ChangeReply, "clear fields of nodes")            \
    X(NodeDelete,      "/wwd/v1/node/delete",      Change, DeleteRequest, ChangeReply, "remove nodes")                     \
    X(NodeImport,      "/wwd/v1/node/import",      Change, ImportRequest, ChangeReply, "merge or replace nodes from YAML") \
    X(NodeStatusList,  "/wwd/v1/node/status",      Read,   Selection,     StatusReply, "what each node asked for last")    \
    X(ProfileTable,    "/wwd/v1/profile/table",    Read,   ListRequest,   Table,       "profiles as rows")                 \
    X(ProfileDocument, "/wwd/v1/profile/document", Read,   ListRequest,   Document,    "profiles as YAML or JSON")         \
    X(ProfileAdd,      "/wwd/v1/profile/add",      Change, AddRequest,    ChangeReply, "create profiles")                  \
    X(ProfileSet,      "/wwd/v1/profile/set",      Change, SetRequest,    ChangeReply, "change fields of profiles")        \
    X(ProfileUnset,    "/wwd/v1/profile/unset",    Change, UnsetRequest,  ChangeReply, "clear fields of profiles")         \
    X(ProfileDelete,   "/wwd/v1/profile/delete",   Change, DeleteRequest, ChangeReply, "remove profiles")                  \
    X(ProfileImport,   "/wwd/v1/profile/import",   Change, ImportRequest, ChangeReply, "replace profiles from YAML")
// clang-format on

/// One type per row, to name it in code: client.call(route::NodeTable{}, request).
namespace route {
#define WW_ROUTE_TYPE(name, path_, access_, request, reply, doc_) \
    struct name {                                                 \
        using Request = protocol::request;                        \
        using Reply = protocol::reply;                            \
        static constexpr std::string_view path = path_;           \
        static constexpr Access access = Access::access_;         \
        static constexpr std::string_view doc = doc_;             \
    };
WW_ROUTES(WW_ROUTE_TYPE)
#undef WW_ROUTE_TYPE
}  // namespace route

struct RouteRow {
    std::string_view name;
    std::string_view path;
    Access access;
    std::string_view request;
    std::string_view reply;
    std::string_view doc;
};

std::span<const RouteRow> routes();

}  // namespace ww::protocol
