// SPDX-License-Identifier: BSD-3-Clause
//
// image build
#include <fmt/format.h>

#include "api/images/checks.h"
#include "api/images/generations.h"
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
    BuildWish wish{.force = request.force, .compression = {}};
    if (!request.compression.empty()) {
        wish.compression = image::compression_from(request.compression);
        if (!wish.compression)
            return Error(ErrorCode::InvalidArgument,
                         fmt::format("no such compression: {}", request.compression))
                .with_hint("there are default, gzip, best, zstd and none");
    }
    const auto work = [images, names, wish, sync_users = request.sync_users, &site = call.site](
                          jobs::Job& job) -> Result<jobs::Totals> {
        jobs::Totals totals;
        if (sync_users)
            for (const std::string& name : names) WW_TRY_VOID(sync_image_users(job, site, name));
        for (const std::string& name : names)
            for (const image::Variant& tree : trees_of(images, name)) {
                if (const auto built = build_image_in(job, images, tree, wish, totals); !built)
                    return images.exists(tree) ? built.error()
                                               : built.error().with_hint(image_hint(site, name));
                warn_of_findings(job, site, tree);
                tidy_generations(job, site, tree);
            }
        return totals;
    };
    return start_job_of<protocol::route::ImageBuild>(call,
                                                     {.kind = "image build",
                                                      .name = names_text(names),
                                                      .subjects = image_subjects(names),
                                                      .detached = request.detach},
                                                     request,
                                                     work);
}

}  // namespace ww::api
