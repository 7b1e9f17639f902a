// SPDX-License-Identifier: BSD-3-Clause
#include "api/plan/requests.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/changes.h"
#include "api/images/image_jobs.h"
#include "api/images/image_names.h"
#include "api/suggest.h"
#include "image/generations/image_ref.h"
#include "image/import.h"
#include "protocol/json.h"
#include "store/summary.h"

namespace ww::api {

namespace {

namespace route = protocol::route;

// ---- nodes, profiles and overlays: their own handlers

template <class Route, class Handler>
Result<void> run_planned(Call& call, const std::string& body, const Handler& handler) {
    WW_TRY(auto request, protocol::Json<Route>::read_request(body));
    if constexpr (requires { request.dry_run; }) request.dry_run = true;
    WW_TRY(const auto reply, handler(call, request));
    if constexpr (requires { reply.summary; }) call.plan->summary = reply.summary;
    return {};
}

// ---- images: what becomes of them is known without doing it

Result<void> check_image_exists(const Call& call, const std::string& name) {
    if (images_of(call.site).exists(image::ImageRef::from(name).name)) return {};
    return Error(ErrorCode::NotFound, fmt::format("there is no image {}", name))
        .with_hint(image_hint(call.site, name));
}

Result<void> made_anew(Call& call, const std::string& name, const std::string& by) {
    const std::string image = image::ImageRef::from(name).name;
    call.plan->images[image] = by;
    call.plan->summary += fmt::format("image {}: {}\n", image, by);
    return {};
}

Result<void> plan_build(Call& call, const protocol::ImageBuildRequest& request) {
    protocol::Names names = request.names;
    if (request.all) {
        WW_TRY(names, images_of(call.site).list());
    }
    for (const std::string& name : names) {
        WW_TRY_VOID(check_image_exists(call, name));
        WW_TRY_VOID(made_anew(call, name, "built anew"));
    }
    return {};
}

Result<void> plan_import(Call& call, const protocol::ImageImportRequest& request) {
    const std::string name =
        request.name.empty() ? image::name_from_source(request.source) : request.name;
    WW_TRY_VOID(check_image_name(call, name));
    if (!images_of(call.site).exists(name)) {
        call.plan->summary = fmt::format("image {}: new; nodes that name it boot it\n", name);
        call.plan->images[name] = "imported";
        return {};
    }
    if (!request.replace && !request.update)
        return Error(ErrorCode::AlreadyExists, fmt::format("there is an image {} already", name))
            .with_hint("--force replaces it, --update puts the source over it");
    return made_anew(call, name, request.replace ? "replaced" : "updated");
}

Result<void> plan_rename(Call& call, const protocol::ImagePairRequest& request) {
    WW_TRY_VOID(check_image_exists(call, request.from));
    if (images_of(call.site).exists(request.to))
        return Error(ErrorCode::AlreadyExists,
                     fmt::format("there is an image {} already", request.to));
    WW_TRY(const auto snapshot, current(call.site));
    nodes::Registry registry = snapshot->raw();
    rename_image_in(registry, request.from, request.to);
    call.plan->registry = std::move(registry);
    call.plan->summary = fmt::format("image {}: renamed as {}\n", request.from, request.to);
    return {};
}

Result<void> plan_delete(Call& call, const protocol::Selection& request) {
    WW_TRY(const auto snapshot, current(call.site));
    for (const std::string& name : request.names) {
        WW_TRY_VOID(check_image_exists(call, name));
        WW_TRY_VOID(check_unused(snapshot->raw(), name));
        call.plan->summary += fmt::format("image {}: deleted; no node boots it\n", name);
    }
    return {};
}

Result<void> plan_rollback(Call& call, const protocol::ImageRollbackRequest& request) {
    WW_TRY_VOID(check_image_exists(call, request.name));
    return made_anew(call, request.name, "an earlier build of it");
}

}  // namespace

Result<Plan> plan_of(Call& call, const protocol::PlanRequest& request) {
    Plan plan;
    // What is done is told when it is done.
    const auto note = [&call](const protocol::Note& each) {
        if (each.level != "info") call.note(each);
    };
    Call inner{call.site, call.caller, note, &plan};
#define WW_PLAN(name, handler)                                                                     \
    if (request.path == route::name::path) {                                                       \
        WW_TRY_VOID(run_planned<route::name>(                                                      \
            inner, request.body, [](Call& to, const auto& asked) { return handler(to, asked); })); \
        return plan;                                                                               \
    }
    WW_PLAN(NodeAdd, node_add)
    WW_PLAN(NodeSet, node_set)
    WW_PLAN(NodeUnset, node_unset)
    WW_PLAN(NodeDelete, node_delete)
    WW_PLAN(NodeImport, node_import)
    WW_PLAN(ProfileAdd, profile_add)
    WW_PLAN(ProfileSet, profile_set)
    WW_PLAN(ProfileUnset, profile_unset)
    WW_PLAN(ProfileDelete, profile_delete)
    WW_PLAN(ProfileImport, profile_import)
    WW_PLAN(Apply, apply)
    WW_PLAN(Warewulf3Import, warewulf3_import)
    WW_PLAN(Undo, undo)
    WW_PLAN(OverlayCreate, overlay_create)
    WW_PLAN(OverlayDelete, overlay_delete)
    WW_PLAN(OverlayWrite, overlay_write)
    WW_PLAN(OverlayMakeFolder, overlay_make_folder)
    WW_PLAN(OverlayChangeMode, overlay_change_mode)
    WW_PLAN(OverlayChangeOwner, overlay_change_owner)
    WW_PLAN(OverlayReset, overlay_reset)
#undef WW_PLAN
#define WW_PLAN_IMAGE(name, plan_it)                                                       \
    if (request.path == route::name::path) {                                               \
        WW_TRY(const auto asked, protocol::Json<route::name>::read_request(request.body)); \
        WW_TRY_VOID(plan_it(inner, asked));                                                \
        return plan;                                                                       \
    }
    WW_PLAN_IMAGE(ImageBuild, plan_build)
    WW_PLAN_IMAGE(ImageImport, plan_import)
    WW_PLAN_IMAGE(ImageRename, plan_rename)
    WW_PLAN_IMAGE(ImageDelete, plan_delete)
    WW_PLAN_IMAGE(ImageRollback, plan_rollback)
#undef WW_PLAN_IMAGE
    return Error(ErrorCode::InvalidArgument,
                 "only changes of nodes, profiles, overlays and images can be planned");
}

}  // namespace ww::api
