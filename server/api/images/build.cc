// SPDX-License-Identifier: BSD-3-Clause
//
// image build
#include <fmt/format.h>

#include "api/images/image_jobs.h"
#include "api/images/image_users.h"
#include "api/suggest.h"

namespace ww::api {

Result<JobAnswer> image_build(Call& call, const protocol::ImageBuildRequest& request) {
    const image::Images images = images_of(call.site);
    protocol::Names names = request.names;
    if (request.all) {
        WW_TRY(names, images.list());
    } else if (names.empty()) {
        return Error(ErrorCode::InvalidArgument,
                     "no images specified; use --all to build all images");
    }
    const auto work =
        [images, names, force = request.force, sync_users = request.sync_users, &site = call.site](
            jobs::Job& job) -> Result<jobs::Totals> {
        jobs::Totals totals;
        if (sync_users)
            for (const std::string& name : names) WW_TRY_VOID(sync_image_users(job, site, name));
        for (const std::string& name : names)
            if (const auto built = build_image_in(job, images, name, force, totals); !built)
                return images.exists(name) ? built.error()
                                           : built.error().with_hint(image_hint(site, name));
        return totals;
    };
    return start_job(call,
                     {.kind = "image build",
                      .name = names_text(names),
                      .subjects = image_subjects(names),
                      .detached = request.detach},
                     work);
}

}  // namespace ww::api
