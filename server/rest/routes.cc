// SPDX-License-Identifier: BSD-3-Clause
#include "rest/handlers.h"
#include "rest/route.h"

namespace ww::rest {

namespace {

using access::Role;

constexpr Parameter kForce[] = {{"force", "boolean", "also what is in use or not empty"}};
constexpr Parameter kForceBuild[] = {{"force", "boolean", "build it even if it is current"}};
constexpr Parameter kBuild[] = {
    {"build", "boolean", "build it under its new name; true if absent"}};
constexpr Parameter kPath[] = {{"path", "string", "of the file in the overlay", true}};
constexpr Parameter kPathRender[] = {{"path", "string", "of the file in the overlay", true},
                                     {"render", "string", "the node it is rendered for"}};
constexpr Parameter kPathCleanup[] = {{"path", "string", "of the file in the overlay", true},
                                      {"force", "boolean", "has no effect"},
                                      {"cleanup", "boolean", "remove folders that become empty"}};

// Compat: named as in upstream's document, from which clients make their functions.
// clang-format off
const Route kWarewulf[] = {
    {"getNodes",           Method::Get,    "/api/nodes",                     get_nodes,           Role::ReadOnly, 200, kNoBody,    "",            "NodeMap",       {},           "all nodes with what their profiles give them"},
    {"buildAllOverlays",   Method::Post,   "/api/nodes/overlays/build",      build_all_overlays,  Role::Operator, 200, kNoBody,    "",            "NameList",      {},           "build the overlays of all nodes"},
    {"getNodeByID",        Method::Get,    "/api/nodes/{id}",                get_node,            Role::ReadOnly, 200, kNoBody,    "",            "Node",          {},           "a node with what its profiles give it"},
    {"addNode",            Method::Put,    "/api/nodes/{id}",                put_node,            Role::Admin,    200, kLargeBody, "NodeBody",    "Node",          {},           "create or replace a node"},
    {"updateNode",         Method::Patch,  "/api/nodes/{id}",                patch_node,          Role::Admin,    200, kLargeBody, "NodeBody",    "Node",          {},           "change fields of a node"},
    {"deleteNode",         Method::Delete, "/api/nodes/{id}",                delete_node,         Role::Admin,    200, kNoBody,    "",            "Node",          {},           "remove a node"},
    {"getRawNodeByID",     Method::Get,    "/api/nodes/{id}/raw",            get_raw_node,        Role::ReadOnly, 200, kNoBody,    "",            "Node",          {},           "a node as nodes.conf has it"},
    {"getNodeFields",      Method::Get,    "/api/nodes/{id}/fields",         get_node_fields,     Role::ReadOnly, 200, kNoBody,    "",            "FieldList",     {},           "the fields of a node and where they come from"},
    {"getNodeOverlayInfo", Method::Get,    "/api/nodes/{id}/overlays",       get_node_overlays,   Role::ReadOnly, 200, kNoBody,    "",            "NodeOverlays",  {},           "the overlays of a node and when they were built"},
    {"buildOverlays",      Method::Post,   "/api/nodes/{id}/overlays/build", build_overlays,      Role::Operator, 200, kNoBody,    "",            "Name",          {},           "build the overlays of a node"},
    {"getProfiles",        Method::Get,    "/api/profiles",                  get_profiles,        Role::ReadOnly, 200, kNoBody,    "",            "ProfileMap",    {},           "all profiles"},
    {"getProfileByID",     Method::Get,    "/api/profiles/{id}",             get_profile,         Role::ReadOnly, 200, kNoBody,    "",            "Profile",       {},           "a profile"},
    {"addProfile",         Method::Put,    "/api/profiles/{id}",             put_profile,         Role::Admin,    200, kLargeBody, "ProfileBody", "Profile",       {},           "create or replace a profile"},
    {"updateProfile",      Method::Patch,  "/api/profiles/{id}",             patch_profile,       Role::Admin,    200, kLargeBody, "ProfileBody", "Profile",       {},           "change fields of a profile"},
    {"deleteProfile",      Method::Delete, "/api/profiles/{id}",             delete_profile,      Role::Admin,    200, kNoBody,    "",            "Profile",       {},           "remove a profile"},
    {"getImages",          Method::Get,    "/api/images",                    get_images,          Role::ReadOnly, 200, kNoBody,    "",            "ImageMap",      {},           "all images"},
    {"getImageByName",     Method::Get,    "/api/images/{name}",             get_image,           Role::ReadOnly, 200, kNoBody,    "",            "Image",         {},           "an image"},
    {"updateImage",        Method::Patch,  "/api/images/{name}",             patch_image,         Role::Admin,    200, kSmallBody, "ImageRename", "Image",         kBuild,       "rename an image, also in nodes and profiles"},
    {"deleteImage",        Method::Delete, "/api/images/{name}",             delete_image,        Role::Admin,    200, kNoBody,    "",            "Image",         {},           "remove an image"},
    {"importImage",        Method::Post,   "/api/images/{name}/import",      import_image,        Role::Admin,    200, kSmallBody, "ImageImport", "Image",         {},           "import an image from a registry"},
    {"buildImage",         Method::Post,   "/api/images/{name}/build",       build_image,         Role::Operator, 200, kNoBody,    "",            "Image",         kForceBuild,  "make what nodes download of an image"},
    {"getOverlays",        Method::Get,    "/api/overlays",                  get_overlays,        Role::ReadOnly, 200, kNoBody,    "",            "OverlayMap",    {},           "all overlays"},
    {"getOverlayByName",   Method::Get,    "/api/overlays/{name}",           get_overlay,         Role::ReadOnly, 200, kNoBody,    "",            "Overlay",       {},           "an overlay"},
    {"createOverlay",      Method::Put,    "/api/overlays/{name}",           put_overlay,         Role::Admin,    200, kNoBody,    "",            "Overlay",       {},           "create an empty overlay"},
    {"deleteOverlay",      Method::Delete, "/api/overlays/{name}",           delete_overlay,      Role::Admin,    200, kNoBody,    "",            "Overlay",       kForce,       "remove an overlay"},
    {"getOverlayFile",     Method::Get,    "/api/overlays/{name}/file",      get_overlay_file,    Role::ReadOnly, 200, kNoBody,    "",            "OverlayFile",   kPathRender,  "a file of an overlay, or what it is for a node"},
    {"addOverlayFile",     Method::Put,    "/api/overlays/{name}/file",      put_overlay_file,    Role::Admin,    200, kLargeBody, "FileContent", "Overlay",       kPath,        "put a file into an overlay"},
    {"deleteOverlayFile",  Method::Delete, "/api/overlays/{name}/file",      delete_overlay_file, Role::Admin,    200, kNoBody,    "",            "Overlay",       kPathCleanup, "remove a file of an overlay"},
};

constexpr Parameter kNodePatterns[] = {{"node", "string", "only these nodes: a pattern, any number of times"}};
const Route kOwn[] = {
    {"getStatusEvents",    Method::Get,    "/api/status/events",             get_status_events,   Role::ReadOnly, 200, kNoBody,    "",            "StatusNews",    kNodePatterns, "what nodes were sent, as it changes: server-sent events", Dialect::Problem},
};
// clang-format on

/// What a segment of a row's path takes.
bool takes(std::string_view pattern, const std::string& segment) {
    return pattern.starts_with('{') ? !segment.empty() : pattern == segment;
}

struct PathMatch {
    bool matches = false;
    std::vector<std::string> names;
};
PathMatch match_path(std::string_view pattern, const std::vector<std::string>& path) {
    PathMatch found;
    size_t at = 0;
    for (; !pattern.empty(); ++at) {
        pattern.remove_prefix(1);
        const std::string_view part = pattern.substr(0, pattern.find('/'));
        pattern.remove_prefix(part.size());
        if (at == path.size() || !takes(part, path[at])) return found;
        if (part.starts_with('{')) found.names.push_back(path[at]);
    }
    // Compat: a slash at the end is for lists only.
    if (at == 2 && path.size() == 3 && path[2].empty()) ++at;
    found.matches = at == path.size();
    return found;
}

}  // namespace

const std::vector<Route>& routes() {
    static const std::vector<Route> kAll = [] {
        std::vector<Route> all(std::begin(kWarewulf), std::end(kWarewulf));
        all.insert(all.end(), std::begin(kOwn), std::end(kOwn));
        const std::vector<Route> commands = command_routes();
        all.insert(all.end(), commands.begin(), commands.end());
        return all;
    }();
    return kAll;
}

Match match(const Head& head) {
    Match found;
    for (const Route& route : routes()) {
        PathMatch path = match_path(route.path, head.path);
        if (!path.matches) continue;
        if (route.method == head.method) return {&route, std::move(path.names), {}};
        found.allowed.push_back(route.method);
    }
    return found;
}

}  // namespace ww::rest
