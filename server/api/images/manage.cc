// SPDX-License-Identifier: BSD-3-Clause
//
// Images: delete, copy, rename.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "api/changes.h"
#include "api/images/image_jobs.h"
#include "api/suggest.h"
#include "image/generations/image_ref.h"
#include "store/database.h"

namespace ww::api {

namespace {

/// Nodes and profiles that name the image themselves: "node n1".
std::vector<std::string> namers(const nodes::Registry& registry, const std::string& name) {
    std::vector<std::string> found;
    const auto look = [&](fields::EntryKind kind, const auto& entries) {
        for (const auto& [id, entry] : entries)
            if (image::ImageRef::from(entry.image_name).name == name)
                found.push_back(fmt::format("{} {}", to_string(kind), id));
    };
    look(fields::EntryKind::Node, registry.nodes);
    look(fields::EntryKind::Profile, registry.profiles);
    return found;
}

/// Errors: FailedPrecondition, naming one that uses it, and more in the hint.
Result<void> check_unused(const nodes::Registry& registry, const std::string& name) {
    const std::vector<std::string> users = namers(registry, name);
    if (users.empty()) return {};
    constexpr size_t kShown = 10;
    const size_t shown = std::min(users.size(), kShown);
    std::string all = fmt::format("{}", fmt::join(users.begin(), users.begin() + shown, ", "));
    if (users.size() > shown) all += fmt::format(" and {} more", users.size() - shown);
    return Error(ErrorCode::FailedPrecondition,
                 fmt::format("image {} is in use by {}, cannot delete", name, users.front()))
        .with_hint(fmt::format("it is named by {}: wwctl node set --image, or profile set", all));
}

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
            WW_TRY(const auto snapshot, current(site));
            if (auto unused = check_unused(snapshot->raw(), name); !unused)
                return refuse(unused.error().code(), unused.error().message())
                    .with_hint(unused.error().hint());
            if (auto deleted = image::delete_image(images, name); !deleted)
                return refuse(deleted.error().code(), deleted.error().headline());
            job.note("info", fmt::format("Deleted image \"{}\"", name));
        }
        return jobs::Totals{};
    };
    return start_job(call,
                     {.kind = "image delete",
                      .name = names_text(request.names),
                      .subjects = image_subjects(request.names)},
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
    return start_job(
        call,
        {.kind = "image copy",
         .name = fmt::format("{} as {}", request.from, request.to),
         .subjects = {{image_subject(request.from), /*shared=*/true}, {image_subject(request.to)}}},
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
            const auto rename = [&](auto& entries) {
                const auto before = entries;
                for (const auto& [id, entry] : before) {
                    auto ref = image::ImageRef::from(entry.image_name);
                    if (ref.name != request.from) continue;
                    ref.name = request.to;
                    entries[id].image_name = ref.text();
                }
            };
            rename(registry.nodes);
            rename(registry.profiles);
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
    return start_job(call,
                     {.kind = "image rename",
                      .name = fmt::format("{} to {}", request.from, request.to),
                      .subjects = image_subjects({request.from, request.to})},
                     work);
}

}  // namespace ww::api
