// SPDX-License-Identifier: BSD-3-Clause
//
// image import
#include <fmt/format.h>

#include "api/images/image_jobs.h"
#include "api/images/image_users.h"

namespace ww::api {

Result<JobAnswer> image_import(Call& call, const protocol::ImageImportRequest& request) {
    const image::Images images = images_of(call.site);
    std::string name = request.name;
    if (name.empty()) {
        name = image::name_from_source(request.source);
        call.note({"info", fmt::format("Setting image name: {}", name)});
    }
    WW_TRY_VOID(check_image_name(call, name));
    auto if_exists = image::IfExists::Refuse;
    if (exists(images.source(name))) {
        if (request.update) {
            call.note({"info", "Updating existing image"});
            if_exists = image::IfExists::Update;
        } else if (request.replace) {
            call.note({"info", "Overwriting existing image"});
            if_exists = image::IfExists::Replace;
        } else {
            return Error(ErrorCode::AlreadyExists,
                         fmt::format("image name exists, specify --force, --update, or choose a "
                                     "different name: {}",
                                     name));
        }
    }
    if (!is_directory(request.source))
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("could not import image: invalid dir or uri: {}", request.source));
    // wwd reads what root may read; the caller must be allowed to have it as an image.
    if (!call.caller.is_root)
        return Error(ErrorCode::PermissionDenied, "only root may import a folder of this machine");
    const auto work = [images,
                       name,
                       if_exists,
                       source = request.source,
                       sync_users = request.sync_users,
                       then_build = request.build,
                       &site = call.site](jobs::Job& job) -> Result<jobs::Totals> {
        jobs::Totals totals;
        image::ImportOptions options = copy_options(job, totals);
        options.if_exists = if_exists;
        if (auto imported = image::import_folder(images, source, name, options); !imported)
            return Error(imported.error().code(),
                         fmt::format("could not import image: {}", imported.error().headline()));
        if (sync_users) WW_TRY_VOID(sync_image_users(job, site, name));
        if (then_build) WW_TRY_VOID(build_new_image(job, images, name));
        return totals;
    };
    return start_job(call,
                     {.kind = "image import",
                      .name = name,
                      .subjects = {{image_subject(name)}},
                      .detached = request.detach},
                     work);
}

}  // namespace ww::api
