// SPDX-License-Identifier: BSD-3-Clause
//
// Where images are, and what jobs on them hold, say and count.
#include "api/images/image_jobs.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/site_files.h"
#include "config/config.h"
#include "image/build.h"

namespace ww::api {

image::Images images_of(const Site& site) {
    const config::Paths& paths = site.conf.paths;
    return {
        paths.wwchrootdir, paths.wwprovisiondir, content_folder(state_folder(paths.localstatedir))};
}

Result<void> check_image_name(Call& call, const std::string& name) {
    if (image::valid_name(name)) return {};
    call.note({"warn", fmt::format("Image name has illegal characters: {}", name)});
    return Error(ErrorCode::InvalidArgument,
                 fmt::format("image name contains illegal characters: {}", name));
}

std::vector<image::Variant> trees_of(const image::Images& images, const std::string& word) {
    if (const auto tree = image::Variant::from(word); tree && tree->beside) return {*tree};
    std::vector<image::Variant> trees = images.variants(word);
    if (trees.empty()) trees.emplace_back(word);
    return trees;
}

std::string image_subject(std::string_view name) { return fmt::format("image {}", name); }

std::vector<jobs::Subject> image_subjects(protocol::Names names) {
    std::ranges::sort(names);
    const auto same = std::ranges::unique(names);
    names.erase(same.begin(), same.end());
    std::vector<jobs::Subject> subjects;
    for (const std::string& name : names)
        if (image::valid_name(name)) subjects.push_back({image_subject(name)});
    return subjects;
}

std::string names_text(const protocol::Names& names) {
    if (names.empty()) return {};
    return names.size() == 1 ? names[0] : fmt::format("{} and {} more", names[0], names.size() - 1);
}

Result<void> build_image_in(jobs::Job& job,
                            const image::Images& images,
                            const image::Variant& tree,
                            const BuildWish& wish,
                            jobs::Totals& totals) {
    job.note("info", fmt::format("Building image: {}", tree.text()));
    image::BuildOptions options;
    options.force = wish.force;
    options.compression = wish.compression;
    const jobs::Asker& asker = job.order().asker;
    options.origin = {.author = asker.user, .reason = asker.command};
    options.stop = job.stop();
    options.progress = job.progress_sink();
    auto built = image::build_image(images, tree, options);
    if (!built)
        return Error(built.error().code(),
                     fmt::format(
                         "error building image {}: {}", tree.text(), built.error().headline()))
            .with_hint(built.error().hint());
    if (!built->zstd_lacking.empty())
        job.note(
            "warn",
            fmt::format("Image {} is packed by gzip alone: {}", tree.text(), built->zstd_lacking));
    if (built->current) {
        job.note("info", "Skipping (Image is current)");
        return {};
    }
    totals.bytes += built->size;
    totals.files += built->entries;
    job.note("info",
             fmt::format("Created image for Image {}: {}", tree.text(), images.built(tree)));
    job.note(
        "info",
        fmt::format("Compressed image for Image {}: {}", tree.text(), images.compressed(tree)));
    if (built->zstd_size > 0)
        job.note("info",
                 fmt::format("Packed by zstd for Image {}: {}", tree.text(), images.zstd(tree)));
    return {};
}

Result<void> build_new_image(jobs::Job& job,
                             const image::Images& images,
                             const image::Variant& tree) {
    jobs::Totals not_counted;
    return build_image_in(job, images, tree, {.force = true}, not_counted);
}

image::ImportOptions copy_options(jobs::Job& job, jobs::Totals& totals) {
    image::ImportOptions options;
    options.stop = job.stop();
    options.progress = [&job, &totals](const Progress& progress) {
        totals = {.bytes = progress.bytes, .files = progress.files};
        job.progress(progress);
    };
    return options;
}

}  // namespace ww::api
