// SPDX-License-Identifier: BSD-3-Clause
//
// image syncuser
#include <fmt/format.h>

#include "api/images/image_jobs.h"
#include "api/images/image_users.h"
#include "api/suggest.h"

namespace ww::api {

Result<JobAnswer> image_syncuser(Call& call, const protocol::ImageSyncUserRequest& request) {
    const image::Images images = images_of(call.site);
    if (!images.exists(request.name))
        return Error(ErrorCode::NotFound, fmt::format("unknown Warewulf image: {}", request.name))
            .with_hint(image_hint(call.site, request.name));
    const auto work = [images, request, &site = call.site](jobs::Job& job) -> Result<jobs::Totals> {
        jobs::Totals totals;
        const UserSync what = request.write ? UserSync::Change : UserSync::Compare;
        WW_TRY(const ImageUsers users,
               image_users(job, site, request.name, what, "error in synchronize"));
        totals.files = users.files;
        if (request.write) {
            job.note("info", fmt::format("uid/gid synced for image {}", request.name));
            if (!request.build)
                job.note("info",
                         "Nodes get it with the next build of the image; --build makes it now.");
        } else {
            job.note("info",
                     users.differ ? fmt::format("uid/gid not synced: run `wwctl image syncuser "
                                                "--write=true {}` to synchronize",
                                                request.name)
                                  : "uid/gid already synced");
        }
        if (request.build) WW_TRY_VOID(build_new_image(job, images, request.name));
        return totals;
    };
    return start_job_of<protocol::route::ImageSyncUser>(
        call,
        {.kind = "image syncuser",
         .name = request.name,
         .subjects = {{image_subject(request.name), /*shared=*/!request.write && !request.build}}},
        request,
        work);
}

}  // namespace ww::api
