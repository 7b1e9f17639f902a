// SPDX-License-Identifier: BSD-3-Clause
//
// image diff
#include "image/diff/diff.h"

#include "api/images/image_jobs.h"
#include "api/suggest.h"
#include "image/generations/image_ref.h"

namespace ww::api {

namespace {

Result<std::unique_ptr<image::Side>> side_of(const Site& site,
                                             const image::Images& images,
                                             const std::string& text) {
    auto side = image::open_side(images, text);
    if (!side && side.error().code() == ErrorCode::NotFound && side.error().hint().empty())
        return side.error().with_hint(image_hint(site, image::ImageRef::from(text).name));
    return side;
}

}  // namespace

Result<protocol::ImageDiffReply> image_diff(Call& call, const protocol::ImageDiffRequest& request) {
    const image::Images images = images_of(call.site);
    WW_TRY(const auto before, side_of(call.site, images, request.before));
    WW_TRY(const auto after, side_of(call.site, images, request.after));
    WW_TRY(image::Difference difference, image::compare(images, *before, *after));
    for (const std::string& warning : difference.warnings) call.note({"warn", warning});
    protocol::ImageDiffReply reply;
    for (image::PackageChange& each : difference.packages)
        reply.packages.push_back(
            {std::move(each.name), std::move(each.before), std::move(each.after)});
    for (image::FileChange& each : difference.files)
        reply.files.push_back({.path = std::move(each.path),
                               .change = !each.was  ? "added"
                                         : !each.is ? "removed"
                                                    : "changed",
                               .before = static_cast<int64_t>(each.before),
                               .after = static_cast<int64_t>(each.after),
                               .what = std::move(each.what)});
    return reply;
}

}  // namespace ww::api
