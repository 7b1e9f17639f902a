// SPDX-License-Identifier: BSD-3-Clause
#include "api/images/image_users.h"

#include <fmt/format.h>

#include "api/images/image_jobs.h"
#include "config/config.h"
#include "image/user_sync.h"

namespace ww::api {

Result<ImageUsers> image_users(jobs::Job& job,
                               const Site& site,
                               const std::string& name,
                               UserSync what,
                               std::string_view failure) {
    const image::Images images = images_of(site);
    const config::Paths& paths = site.conf.paths;
    std::vector<image::Variant> trees = images.variants(name);
    if (trees.empty()) trees.emplace_back(name);  // which says that there is none
    ImageUsers all;
    for (const image::Variant& tree : trees) {
        const auto synced = image::sync_users(images,
                                              tree,
                                              {.passwd = paths.sysconfdir + "/passwd",
                                               .group = paths.sysconfdir + "/group",
                                               .write = what == UserSync::Change,
                                               .stop = job.stop(),
                                               .progress = job.progress_sink()});
        if (!synced)
            return Error(synced.error().code(),
                         fmt::format("{}: {}", failure, synced.error().headline()))
                .with_hint(synced.error().hint());
        for (const std::string& warning : synced->warnings) job.note("warn", warning);
        for (const std::string& move : synced->moves)
            job.note("verbose", fmt::format("{}: {}", tree.text(), move));
        all.differ = all.differ || synced->differs;
        all.files += synced->files;
    }
    return all;
}

Result<void> sync_image_users(jobs::Job& job, const Site& site, const std::string& name) {
    WW_TRY_VOID(image_users(job, site, name, UserSync::Change, "syncuser error"));
    job.note("info", fmt::format("uid/gid synced for image {}", name));
    return {};
}

}  // namespace ww::api
