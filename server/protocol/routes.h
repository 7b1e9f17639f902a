// SPDX-License-Identifier: BSD-3-Clause
//
// The table of endpoints: one row each, the only truth about what can be asked. The client takes
// paths and types from it, the JSON codec its instantiations, the daemon its dispatcher, its
// permission check and its list of handlers (a row without a handler does not link).
#pragma once

#include <span>
#include <string_view>

#include "protocol/edit.h"
#include "protocol/history.h"
#include "protocol/image.h"
#include "protocol/overlay.h"
#include "protocol/types.h"
#include "protocol/upgrade.h"

namespace ww::protocol {

/// Everyone who can open the socket (who sees no secrets), or root and the group `warewulf` only.
enum class Access { Everyone, Admin };

// clang-format off
//    name             path                         access    request              reply             what it does
#define WW_ROUTES(X)                                                                                                                                            \
    X(SayHello,        "/wwd/v1/hello",             Everyone, Hello,                   Welcome,          "check that client and daemon mean the same site")     \
    X(NameList,        "/wwd/v1/names",             Everyone, NamesRequest,            Selection,        "names of things, for completion")                     \
    X(ConfigDocument,  "/wwd/v1/config/document",   Everyone, Nothing,                 Document,         "the configuration in effect")                         \
    X(ConfigUpgrade,   "/wwd/v1/config/upgrade",    Admin,    UpgradeRequest,          UpgradeReply,     "an older warewulf.conf in today's form")              \
    X(Clean,           "/wwd/v1/clean",             Admin,    Nothing,                 Nothing,          "remove archives of nodes that are gone, and caches")  \
    X(Apply,           "/wwd/v1/apply",             Admin,    ApplyRequest,            ChangeReply,      "change nodes and profiles at once")                   \
    X(Warewulf3Import, "/wwd/v1/import/warewulf3",  Admin,    Warewulf3Request,        ChangeReply,      "take over the nodes of a Warewulf 3")                 \
    X(NodeTable,       "/wwd/v1/node/table",        Everyone, ListRequest,             Table,            "nodes as rows")                                       \
    X(NodeDocument,    "/wwd/v1/node/document",     Everyone, ListRequest,             Document,         "nodes as YAML or JSON")                               \
    X(NodeAdd,         "/wwd/v1/node/add",          Admin,    AddRequest,              ChangeReply,      "create nodes")                                        \
    X(NodeSet,         "/wwd/v1/node/set",          Admin,    SetRequest,              ChangeReply,      "change fields of nodes")                              \
    X(NodeUnset,       "/wwd/v1/node/unset",        Admin,    UnsetRequest,            ChangeReply,      "clear fields of nodes")                               \
    X(NodeDelete,      "/wwd/v1/node/delete",       Admin,    DeleteRequest,           ChangeReply,      "remove nodes")                                        \
    X(NodeImport,      "/wwd/v1/node/import",       Admin,    ImportRequest,           ChangeReply,      "merge or replace nodes from YAML")                    \
    X(NodesUpgrade,    "/wwd/v1/node/upgrade",      Admin,    UpgradeRequest,          UpgradeReply,     "an older nodes.conf in today's form")                 \
    X(NodeStatusList,  "/wwd/v1/node/status",       Everyone, Selection,               StatusReply,      "what each node was sent last")                        \
    X(NodeAddresses,   "/wwd/v1/node/addresses",    Everyone, Selection,               AddressReply,     "where nodes are reached")                             \
    X(ProfileTable,    "/wwd/v1/profile/table",     Everyone, ListRequest,             Table,            "profiles as rows")                                    \
    X(ProfileDocument, "/wwd/v1/profile/document",  Everyone, ListRequest,             Document,         "profiles as YAML or JSON")                            \
    X(ProfileAdd,      "/wwd/v1/profile/add",       Admin,    AddRequest,              ChangeReply,      "create profiles")                                     \
    X(ProfileSet,      "/wwd/v1/profile/set",       Admin,    SetRequest,              ChangeReply,      "change fields of profiles")                           \
    X(ProfileUnset,    "/wwd/v1/profile/unset",     Admin,    UnsetRequest,            ChangeReply,      "clear fields of profiles")                            \
    X(ProfileDelete,   "/wwd/v1/profile/delete",    Admin,    DeleteRequest,           ChangeReply,      "remove profiles")                                     \
    X(ProfileImport,   "/wwd/v1/profile/import",    Admin,    ImportRequest,           ChangeReply,      "replace profiles from YAML")                          \
    X(History,         "/wwd/v1/history",           Everyone, HistoryRequest,          HistoryReply,     "changes of nodes and profiles, newest first")          \
    X(Blame,           "/wwd/v1/blame",             Everyone, BlameRequest,            BlameReply,       "who set each field of an entry")                      \
    X(Diff,            "/wwd/v1/diff",              Everyone, DiffRequest,             Document,         "what is different between two revisions")             \
    X(Undo,            "/wwd/v1/undo",              Admin,    UndoRequest,             UndoReply,        "take a revision back")                                \
    X(ServerState,     "/wwd/v1/server/status",     Everyone, Nothing,                 ServerStatus,     "how the server and its files are")                    \
    X(ImageList,       "/wwd/v1/image/list",        Everyone, ImageListRequest,        ImageListReply,   "images and who boots them")                           \
    X(ImageKernels,    "/wwd/v1/image/kernels",     Everyone, Selection,               Table,            "kernels in images")                                   \
    X(ImageImport,     "/wwd/v1/image/import",      Admin,    ImageImportRequest,      Nothing,          "make an image of a folder")                           \
    X(ImageBuild,      "/wwd/v1/image/build",       Admin,    ImageBuildRequest,       Nothing,          "make what nodes download")                            \
    X(ImageDelete,     "/wwd/v1/image/delete",      Admin,    Selection,               Nothing,          "remove images")                                       \
    X(ImageCopy,       "/wwd/v1/image/copy",        Admin,    ImagePairRequest,        Nothing,          "make an image of another")                            \
    X(ImageRename,     "/wwd/v1/image/rename",      Admin,    ImagePairRequest,        Nothing,          "rename an image, also in nodes and profiles")         \
    X(OverlayList,     "/wwd/v1/overlay/list",      Everyone, Selection,               OverlayListReply, "overlays and what is in them")                        \
    X(OverlayFile,     "/wwd/v1/overlay/file",      Everyone, OverlayFileRequest,      Document,         "a file of an overlay as it is")                       \
    X(OverlayRender,   "/wwd/v1/overlay/render",    Admin,    OverlayFileRequest,      RenderedReply,    "a template of an overlay, rendered")                  \
    X(OverlayTemplate, "/wwd/v1/overlay/template",  Everyone, OverlayFileRequest,      TemplateReply,    "what a template of an overlay reads and calls")       \
    X(OverlayBuild,    "/wwd/v1/overlay/build",     Admin,    OverlayBuildRequest,     Nothing,          "make the overlay archives of nodes")                  \
    X(OverlayCreate,   "/wwd/v1/overlay/create",    Admin,    OverlayPathRequest,      Nothing,          "make an empty overlay")                               \
    X(OverlayDelete,   "/wwd/v1/overlay/delete",    Admin,    OverlayPathRequest,      Nothing,          "remove an overlay or a file of it")                   \
    X(OverlayWrite,    "/wwd/v1/overlay/write",     Admin,    OverlayWriteRequest,     Nothing,          "put a file into an overlay")                          \
    X(OverlayMakeFolder, "/wwd/v1/overlay/mkdir",     Admin,    OverlayAttributeRequest, Nothing,          "make a folder in an overlay")                       \
    X(OverlayChangeMode, "/wwd/v1/overlay/chmod",     Admin,    OverlayAttributeRequest, Nothing,          "change a mode in an overlay")                       \
    X(OverlayChangeOwner, "/wwd/v1/overlay/chown",     Admin,    OverlayAttributeRequest, Nothing,          "change an owner in an overlay")
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
