// SPDX-License-Identifier: BSD-3-Clause
//
// image diff
#include "image/diff/diff.h"

#include <fmt/format.h>

#include "api/images/image_jobs.h"
#include "api/suggest.h"
#include "image/generations/image_ref.h"
#include "protocol/json.h"

namespace ww::api {

namespace {

Result<std::unique_ptr<image::Side>> side_of(const Site& site,
                                             const image::Images& images,
                                             const std::string& text,
                                             const image::DiffOptions& options) {
    auto side = image::open_side(images, text, options);
    if (!side && side.error().code() == ErrorCode::NotFound && side.error().hint().empty())
        return side.error().with_hint(image_hint(site, image::ImageRef::from(text).name));
    return side;
}

protocol::ImageDiffReport report_of(image::Difference difference) {
    protocol::ImageDiffReport report;
    for (image::PackageChange& each : difference.packages)
        report.packages.push_back(
            {std::move(each.name), std::move(each.before), std::move(each.after)});
    for (image::FileChange& each : difference.files)
        report.files.push_back({.path = std::move(each.path),
                                .change = !each.was  ? "added"
                                          : !each.is ? "removed"
                                                     : "changed",
                                .before = static_cast<int64_t>(each.before),
                                .after = static_cast<int64_t>(each.after),
                                .what = std::move(each.what)});
    return report;
}

}  // namespace

Result<JobAnswer> image_diff(Call& call, const protocol::ImageDiffRequest& request) {
    const auto work = [&site = call.site, request](jobs::Job& job) -> Result<jobs::Totals> {
        const image::Images images = images_of(site);
        const image::DiffOptions options{job.stop(), job.progress_sink()};
        WW_TRY(const auto before, side_of(site, images, request.before, options));
        WW_TRY(const auto after, side_of(site, images, request.after, options));
        WW_TRY(image::Difference difference, image::compare(images, *before, *after, options));
        for (const std::string& warning : difference.warnings) job.note("warn", warning);
        using Report = protocol::Report<protocol::ImageDiffReport>;
        return jobs::Totals{.report = Report::text(report_of(std::move(difference)))};
    };
    // It only reads: nobody else has to wait for it, and what changes meanwhile is noticed.
    return start_job_of<protocol::route::ImageDiff>(
        call,
        {.kind = "image diff", .name = fmt::format("{} and {}", request.before, request.after)},
        request,
        work);
}

}  // namespace ww::api
