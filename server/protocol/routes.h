// SPDX-License-Identifier: BSD-3-Clause
//
// The table of endpoints: one row each, the only truth about what can be asked. The client takes
// paths and types from it, the JSON codec its instantiations, the daemon its dispatcher, its
// permission check and its list of handlers (a row without a handler does not link).
#pragma once

#include <span>
#include <string_view>

#include "protocol/configure.h"
#include "protocol/edit.h"
#include "protocol/history.h"
#include "protocol/image.h"
#include "protocol/image_builds.h"
#include "protocol/image_content.h"
#include "protocol/job.h"
#include "protocol/origins.h"
#include "protocol/overlay.h"
#include "protocol/overlay_archives.h"
#include "protocol/plan.h"
#include "protocol/power.h"
#include "protocol/status.h"
#include "protocol/token.h"
#include "protocol/types.h"
#include "protocol/upgrade.h"

namespace ww::protocol {

/// Everyone who can open the socket (who sees no secrets), or root and the group `warewulf` only.
/// Over the network there are those between who keep a site running: of Operator.
enum class Access { Everyone, Operator, Admin };

// clang-format off
//    name                handler               path                        access    request                  reply             what it does
#define WW_ROUTES(X)                                                                                                                                                                   \
    X(SayHello,           say_hello,            "/wwd/v1/hello",            Everyone, Hello,                   Welcome,          "check that client and daemon mean the same site")    \
    X(NameList,           name_list,            "/wwd/v1/names",            Everyone, NamesRequest,            Selection,        "names of things, for completion")                    \
    X(ConfigDocument,     config_document,      "/wwd/v1/config/document",  Everyone, Nothing,                 Document,         "the configuration in effect")                        \
    X(ConfigUpgrade,      config_upgrade,       "/wwd/v1/config/upgrade",   Admin,    UpgradeRequest,          UpgradeReply,     "an older warewulf.conf in today's form")             \
    X(Clean,              clean,                "/wwd/v1/clean",            Admin,    Nothing,                 Nothing,          "remove archives of nodes that are gone, and caches") \
    X(Apply,              apply,                "/wwd/v1/apply",            Admin,    ApplyRequest,            ChangeReply,      "change nodes and profiles at once")                  \
    X(Warewulf3Import,    warewulf3_import,     "/wwd/v1/import/warewulf3", Admin,    Warewulf3Request,        ChangeReply,      "take over the nodes of a Warewulf 3")                \
    X(NodeTable,          node_table,           "/wwd/v1/node/table",       Everyone, ListRequest,             Table,            "nodes as rows")                                      \
    X(NodeDocument,       node_document,        "/wwd/v1/node/document",    Everyone, ListRequest,             Document,         "nodes as YAML or JSON")                              \
    X(NodeAdd,            node_add,             "/wwd/v1/node/add",         Admin,    AddRequest,              ChangeReply,      "create nodes")                                       \
    X(NodeSet,            node_set,             "/wwd/v1/node/set",         Admin,    SetRequest,              ChangeReply,      "change fields of nodes")                             \
    X(NodeUnset,          node_unset,           "/wwd/v1/node/unset",       Admin,    UnsetRequest,            ChangeReply,      "clear fields of nodes")                              \
    X(NodeDelete,         node_delete,          "/wwd/v1/node/delete",      Admin,    DeleteRequest,           ChangeReply,      "remove nodes")                                       \
    X(NodeImport,         node_import,          "/wwd/v1/node/import",      Admin,    ImportRequest,           ChangeReply,      "merge or replace nodes from YAML")                   \
    X(NodesUpgrade,       nodes_upgrade,        "/wwd/v1/node/upgrade",     Admin,    UpgradeRequest,          UpgradeReply,     "an older nodes.conf in today's form")                \
    X(NodeStatusList,     node_status_list,     "/wwd/v1/node/status",      Everyone, Selection,               StatusReply,      "what each node was sent last")                       \
    X(NodeStatusWatch,    node_status_watch,    "/wwd/v1/node/status/watch", Everyone, StatusWatchRequest,     StatusNews,       "the same, again whenever it changes")                \
    X(NodeAddresses,      node_addresses,       "/wwd/v1/node/addresses",   Everyone, Selection,               AddressReply,     "where nodes are reached")                            \
    X(PowerCommands,      power_commands,       "/wwd/v1/power/commands",   Operator, PowerRequest,            PowerReply,       "what to run for management controllers")             \
    X(PowerRun,           power_run,            "/wwd/v1/power/run",        Operator, PowerRunRequest,         JobReply,         "ask management controllers, from where the server is") \
    X(ProfileTable,       profile_table,        "/wwd/v1/profile/table",    Everyone, ListRequest,             Table,            "profiles as rows")                                   \
    X(ProfileDocument,    profile_document,     "/wwd/v1/profile/document", Everyone, ListRequest,             Document,         "profiles as YAML or JSON")                           \
    X(ProfileAdd,         profile_add,          "/wwd/v1/profile/add",      Admin,    AddRequest,              ChangeReply,      "create profiles")                                    \
    X(ProfileSet,         profile_set,          "/wwd/v1/profile/set",      Admin,    SetRequest,              ChangeReply,      "change fields of profiles")                          \
    X(ProfileUnset,       profile_unset,        "/wwd/v1/profile/unset",    Admin,    UnsetRequest,            ChangeReply,      "clear fields of profiles")                           \
    X(ProfileDelete,      profile_delete,       "/wwd/v1/profile/delete",   Admin,    DeleteRequest,           ChangeReply,      "remove profiles")                                    \
    X(ProfileImport,      profile_import,       "/wwd/v1/profile/import",   Admin,    ImportRequest,           ChangeReply,      "replace profiles from YAML")                         \
    X(History,            history,              "/wwd/v1/history",          Everyone, HistoryRequest,          HistoryReply,     "changes of nodes and profiles, newest first")        \
    X(Blame,              blame,                "/wwd/v1/blame",            Everyone, BlameRequest,            BlameReply,       "who set each field of an entry")                     \
    X(Diff,               diff,                 "/wwd/v1/diff",             Everyone, DiffRequest,             DiffReply,        "what is different between two revisions")            \
    X(Undo,               undo,                 "/wwd/v1/undo",             Admin,    UndoRequest,             UndoReply,        "take a revision back")                               \
    X(Configure,           configure_services,   "/wwd/v1/configure",         Admin,    ConfigureRequest,        ConfigureReply,   "set up the services of this machine")              \
    X(ServerControl,       server_control,       "/wwd/v1/server/control",    Admin,    ServerControlRequest,    Nothing,          "start or stop the server's unit")                  \
    X(ServerState,        server_state,         "/wwd/v1/server/status",    Everyone, Nothing,                 ServerStatus,     "how the server and its files are")                   \
    X(JobList,            job_list,             "/wwd/v1/job/list",         Everyone, Nothing,                 JobListReply,     "long work that runs, or has ended lately")           \
    X(JobWatch,           job_watch,            "/wwd/v1/job/watch",        Everyone, JobRequest,              JobReply,         "follow a job to its end")                            \
    X(JobCancel,          job_cancel,           "/wwd/v1/job/cancel",       Everyone, JobRequest,              Nothing,          "ask a job to end")                                   \
    X(ImageList,          image_list,           "/wwd/v1/image/list",       Everyone, ImageListRequest,        ImageListReply,   "images and who boots them")                          \
    X(ImageShow,          image_show,           "/wwd/v1/image/show",       Everyone, ImageShowRequest,        ImageInfo,        "all that is known of an image")                      \
    X(ImageKernels,       image_kernels,        "/wwd/v1/image/kernels",    Everyone, Selection,               Table,            "kernels in images")                                  \
    X(ImageImport,        image_import,         "/wwd/v1/image/import",     Admin,    ImageImportRequest,      JobReply,         "make an image of a folder")                          \
    X(ImageBuild,         image_build,          "/wwd/v1/image/build",      Operator, ImageBuildRequest,       JobReply,         "make what nodes download")                           \
    X(ImageDelete,        image_delete,         "/wwd/v1/image/delete",     Admin,    Selection,               JobReply,         "remove images")                                      \
    X(ImageCopy,          image_copy,           "/wwd/v1/image/copy",       Admin,    ImagePairRequest,        JobReply,         "make an image of another")                           \
    X(ImageRename,        image_rename,         "/wwd/v1/image/rename",     Admin,    ImagePairRequest,        JobReply,         "rename an image, also in nodes and profiles")        \
    X(ImageHistory,       image_history,        "/wwd/v1/image/history",    Everyone, ImageHistoryRequest,     ImageHistoryReply, "builds of an image that are kept")                  \
    X(ImageCheck,         image_check,          "/wwd/v1/image/check",      Admin,    ImageCheckRequest,       ImageCheckReply,  "what is wrong with an image")                        \
    X(ImageDiff,          image_diff,           "/wwd/v1/image/diff",       Admin,    ImageDiffRequest,        JobReply,         "what is different between two images or builds")     \
    X(ImageRollback,      image_rollback,       "/wwd/v1/image/rollback",   Admin,    ImageRollbackRequest,    JobReply,         "serve an earlier build of an image")                 \
    X(ImageGc,            image_gc,             "/wwd/v1/image/gc",         Admin,    ImageGcRequest,          JobReply,         "forget builds of images that nobody needs")          \
    X(ImageSyncUser,      image_syncuser,       "/wwd/v1/image/syncuser",   Admin,    ImageSyncUserRequest,    JobReply,         "give users of an image this machine's numbers")      \
    X(ImageEnter,         image_enter,          "/wwd/v1/image/enter",      Admin,    ImageEnterRequest,       ImageEnterReply,  "what belongs to going into an image")                \
    X(OverlayList,        overlay_list,         "/wwd/v1/overlay/list",     Everyone, Selection,               OverlayListReply, "overlays and what is in them")                       \
    X(OverlayFile,        overlay_file,         "/wwd/v1/overlay/file",     Everyone, OverlayFileRequest,      Document,         "a file of an overlay as it is")                      \
    X(OverlayRender,      overlay_render,       "/wwd/v1/overlay/render",   Admin,    OverlayFileRequest,      RenderedReply,    "a template of an overlay, rendered")                 \
    X(OverlayTemplate,    overlay_template,     "/wwd/v1/overlay/template", Everyone, OverlayFileRequest,      TemplateReply,    "what a template of an overlay reads and calls")      \
    X(OverlayBuild,       overlay_build,        "/wwd/v1/overlay/build",    Operator, OverlayBuildRequest,     JobReply,         "make the overlay archives of nodes")                 \
    X(OverlayArchive,     overlay_archive,      "/wwd/v1/overlay/archive",  Admin,    OverlayArchiveRequest,   OverlayArchivePart, "hand over a part of a node's overlay archive")    \
    X(OverlayCreate,      overlay_create,       "/wwd/v1/overlay/create",   Admin,    OverlayPathRequest,      Nothing,          "make an empty overlay")                              \
    X(OverlayDelete,      overlay_delete,       "/wwd/v1/overlay/delete",   Admin,    OverlayPathRequest,      Nothing,          "remove an overlay or a file of it")                  \
    X(OverlayWrite,       overlay_write,        "/wwd/v1/overlay/write",    Admin,    OverlayWriteRequest,     Nothing,          "put a file into an overlay")                         \
    X(OverlayMakeFolder,  overlay_make_folder,  "/wwd/v1/overlay/mkdir",    Admin,    OverlayAttributeRequest, Nothing,          "make a folder in an overlay")                        \
    X(OverlayChangeMode,  overlay_change_mode,  "/wwd/v1/overlay/chmod",    Admin,    OverlayAttributeRequest, Nothing,          "change a mode in an overlay")                        \
    X(OverlayChangeOwner, overlay_change_owner, "/wwd/v1/overlay/chown",    Admin,    OverlayAttributeRequest, Nothing,          "change an owner in an overlay")                       \
    X(OverlayExplain,     overlay_explain,      "/wwd/v1/overlay/explain",  Everyone, OverlayExplainRequest,   OverlayExplainReply, "where a file of a node comes from")                \
    X(OverlayDiff,        overlay_diff,         "/wwd/v1/overlay/diff",     Everyone, OverlayDiffRequest,      OverlayDiffReply, "what became of the files of a node")                  \
    X(OverlayCheck,       overlay_check,        "/wwd/v1/overlay/check",    Admin,    OverlayCheckRequest,     JobReply,         "what is wrong with overlays, for all nodes")          \
    X(OverlayChanges,     overlay_changes,      "/wwd/v1/overlay/changes",  Everyone, OverlayPathRequest,      OverlayChangesReply, "what a site changed in an overlay")                \
    X(OverlayStatus,      overlay_status,       "/wwd/v1/overlay/status",   Everyone, Nothing,                 OverlayStatusReply, "how the archives of nodes stand")                  \
    X(OverlayReset,       overlay_reset,        "/wwd/v1/overlay/reset",    Admin,    OverlayResetRequest,     OverlayChangesReply, "back to the version of the distribution")          \
    X(Plan,               plan,                 "/wwd/v1/plan",             Admin,    PlanRequest,             JobReply,         "what a change would do, without making it") \
    X(TokenCreate,        token_create,         "/wwd/v1/token/create",     Admin,    TokenCreateRequest,      TokenCreateReply, "make a token for who asks over the network")         \
    X(TokenList,          token_list,           "/wwd/v1/token/list",       Admin,    Nothing,                 TokenListReply,   "tokens, without their secrets")                      \
    X(TokenRevoke,        token_revoke,         "/wwd/v1/token/revoke",     Admin,    Selection,               Nothing,          "end tokens")
// clang-format on

/// One type per row, to name it in code: client.call(route::NodeTable{}, request).
namespace route {
#define WW_ROUTE_TYPE(name, handler, path_, access_, request, reply, doc_) \
    struct name {                                                          \
        using Request = protocol::request;                                 \
        using Reply = protocol::reply;                                     \
        static constexpr std::string_view path = path_;                    \
        static constexpr Access access = Access::access_;                  \
        static constexpr std::string_view doc = doc_;                      \
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
