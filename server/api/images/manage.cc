// SPDX-License-Identifier: BSD-3-Clause
//
// Images: delete, copy, rename.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "api/changes.h"
#include "api/images/image_jobs.h"
#include "api/images/image_names.h"
#include "api/suggest.h"
#include "store/database.h"

namespace ww::api {

namespace {

/// Renamed, but not built under its new name.
void tell_unbuilt(jobs::Job& job,
                  const Site& site,
                  const image::Images& images,
                  const std::string& name) {
    if (exists(images.built(name))) return;
    const auto snapshot = current(site);
    if (!snapshot) return;
    const auto nodes = std::ranges::count_if(
        (*snapshot)->nodes(), [&](const nodes::Node& node) { return node.image_name == name; });
    if (nodes > 0)
        job.note("warn",
                 fmt::format("image {} is not built, and {} node{}: wwctl image build {}",
                             name,
                             nodes,
                             nodes == 1 ? " boots it" : "s boot it",
                             name));
}

}  // namespace

Result<void> check_image_unused(const Site& site, const std::string& name) {
    WW_TRY(const auto snapshot, current(site));
    return check_unused(snapshot->raw(), name);
}

Result<JobAnswer> image_delete(Call& call, const protocol::Selection& request) {
    const image::Images images = images_of(call.site);
    const auto work =
        [images, names = request.names, &site = call.site](jobs::Job& job) -> Result<jobs::Totals> {
        for (const std::string& name : names) {
            const auto refuse = [&](ErrorCode code, const std::string& why) {
                return Error(code, fmt::format("error deleting image {}: {}", name, why));
            };
            if (job.stop().stop_requested()) return Error(ErrorCode::Cancelled, "stopped");
            if (!images.exists(name))
                return refuse(ErrorCode::NotFound,
                              fmt::format("image name is not valid source: {}", name))
                    .with_hint(image_hint(site, name));
            if (auto unused = check_image_unused(site, name); !unused)
                return refuse(unused.error().code(), unused.error().message())
                    .with_hint(unused.error().hint());
            if (auto deleted = image::delete_image(images, name); !deleted)
                return refuse(deleted.error().code(), deleted.error().headline());
            job.note("info", fmt::format("Deleted image \"{}\"", name));
        }
        return jobs::Totals{};
    };
    return start_job_of<protocol::route::ImageDelete>(call,
                                                      {.kind = "image delete",
                                                       .name = names_text(request.names),
                                                       .subjects = image_subjects(request.names)},
                                                      request,
                                                      work);
}

Result<JobAnswer> image_copy(Call& call, const protocol::ImagePairRequest& request) {
    const image::Images images = images_of(call.site);
    if (!images.exists(request.from))
        return Error(ErrorCode::NotFound,
                     fmt::format("image's source doesn't exists: {}", request.from))
            .with_hint(image_hint(call.site, request.from));
    WW_TRY_VOID(check_image_name(call, request.to));
    if (images.exists(request.to))
        return Error(
            ErrorCode::AlreadyExists,
            fmt::format("an other image with name: {} already exists in sources", request.to));
    const auto work = [images, request](jobs::Job& job) -> Result<jobs::Totals> {
        jobs::Totals totals;
        job.note("info", "Copying sources...");
        WW_TRY_VOID(image::copy_image(images, request.from, request.to, copy_options(job, totals)));
        if (request.build) WW_TRY_VOID(build_new_image(job, images, request.to));
        job.note("info",
                 fmt::format("Image {} successfully duplicated as {}", request.from, request.to));
        return totals;
    };
    return start_job_of<protocol::route::ImageCopy>(
        call,
        {.kind = "image copy",
         .name = fmt::format("{} as {}", request.from, request.to),
         .subjects = {{image_subject(request.from), /*shared=*/true}, {image_subject(request.to)}}},
        request,
        work);
}

Result<JobAnswer> image_rename(Call& call, const protocol::ImagePairRequest& request) {
    const image::Images images = images_of(call.site);
    if (!images.exists(request.from))
        return Error(ErrorCode::NotFound, fmt::format("{} source dir does not exist", request.from))
            .with_hint(image_hint(call.site, request.from));
    if (images.exists(request.to))
        return Error(ErrorCode::AlreadyExists,
                     fmt::format("an other image with the name {} already exists", request.to));
    WW_TRY_VOID(check_image_name(call, request.to));
    const auto work = [images, request, &site = call.site, author = author_of(call.caller)](
                          jobs::Job& job) -> Result<jobs::Totals> {
        WW_TRY_VOID(image::rename_image(images, request.from, request.to));
        const auto follow = [&](nodes::Registry& registry) -> Result<void> {
            rename_image_in(registry, request.from, request.to);
            return {};
        };
        if (auto saved = site.database.commit(follow, store::Form::Keep, {.author = author});
            !saved) {
            // Neither half a rename: the folder goes back under its old name.
            (void)image::rename_image(images, request.to, request.from);
            return saved.error();
        }
        if (request.build)
            WW_TRY_VOID(build_new_image(job, images, request.to));
        else
            tell_unbuilt(job, site, images, request.to);
        job.note("info",
                 fmt::format("Image {} successfully renamed as {}", request.from, request.to));
        return jobs::Totals{};
    };
    return start_job_of<protocol::route::ImageRename>(
        call,
        {.kind = "image rename",
         .name = fmt::format("{} to {}", request.from, request.to),
         .subjects = image_subjects({request.from, request.to})},
        request,
        work);
}

}  // namespace ww::api
