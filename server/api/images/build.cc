// SPDX-License-Identifier: BSD-3-Clause
//
// image build
#include <fmt/format.h>

#include "api/images/generations.h"
#include "api/images/image_jobs.h"
#include "api/images/image_users.h"
#include "api/suggest.h"

namespace ww::api {

namespace {

/// All trees of an image, or the one of "NAME@ARCHITECTURE". What is none is for the build to tell.
std::vector<image::Variant> trees_of(const image::Images& images, const std::string& word) {
    if (const auto tree = image::Variant::from(word); tree && tree->beside) return {*tree};
    std::vector<image::Variant> trees = images.variants(word);
    if (trees.empty()) trees.emplace_back(word);
    return trees;
}

}  // namespace

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
            for (const image::Variant& tree : trees_of(images, name)) {
                if (const auto built = build_image_in(job, images, tree, force, totals); !built)
                    return images.exists(tree) ? built.error()
                                               : built.error().with_hint(image_hint(site, name));
                tidy_generations(job, site, tree);
            }
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
