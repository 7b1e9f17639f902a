// SPDX-License-Identifier: BSD-3-Clause
//
// Images: lists, kernels, import, build, copies.
#include "image/image.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "api/changes.h"
#include "api/handlers.h"
#include "api/suggest.h"
#include "config/config.h"
#include "image/build.h"
#include "image/import.h"
#include "image/kernel.h"
#include "store/database.h"

namespace ww::api {

namespace {

using image::Images;
using protocol::Names;

Images images_of(const Site& site) {
    return {site.conf.paths.wwchrootdir, site.conf.paths.wwprovisiondir};
}

/// Images of these names in byte order; all of them if no name is given. Unknown names are left
/// out, and said.
Result<Names> pick(Call& call, const Images& images, const Names& names) {
    WW_TRY(Names all, images.list());
    for (const std::string& name : names)
        if (!images.exists(name))
            call.note(
                {"warn",
                 with_hint(fmt::format("no such image: {}", name), image_hint(call.site, name))});
    const std::set<std::string> wanted(names.begin(), names.end());
    if (!names.empty())
        std::erase_if(all, [&](const std::string& name) { return wanted.count(name) == 0; });
    return all;
}

/// Merged nodes that boot each image.
using Users = std::map<std::string, std::vector<const nodes::Node*>>;
Users users_of(const nodes::Snapshot& snapshot) {
    Users users;
    for (const nodes::Node& node : snapshot.nodes()) users[node.image_name].push_back(&node);
    for (auto& [name, nodes] : users)
        std::sort(nodes.begin(), nodes.end(), [](const nodes::Node* a, const nodes::Node* b) {
            return a->id < b->id;
        });
    return users;
}

std::string default_version(const Images& images, const std::string& name) {
    const auto rootfs = images.open(name);
    if (!rootfs) return "";
    const auto kernels = image::find_kernels(*rootfs);
    const image::Kernel* kernel = image::default_kernel(kernels);
    return kernel == nullptr ? "" : kernel->version_text();
}

/// Warns as upstream does, and refuses.
Result<void> check_name(Call& call, const std::string& name) {
    if (image::valid_name(name)) return {};
    call.note({"warn", fmt::format("Image name has illegal characters: {}", name)});
    return Error(ErrorCode::InvalidArgument,
                 fmt::format("image name contains illegal characters: {}", name));
}

std::string subject_of(std::string_view name) { return fmt::format("image {}", name); }

/// Names that cannot be an image's are no subject: nothing will be done to them.
std::vector<jobs::Subject> subjects_of(Names names) {
    std::ranges::sort(names);
    const auto same = std::ranges::unique(names);
    names.erase(same.begin(), same.end());
    std::vector<jobs::Subject> subjects;
    for (const std::string& name : names)
        if (image::valid_name(name)) subjects.push_back({subject_of(name)});
    return subjects;
}

/// "deb", "deb and 3 more"
std::string names_text(const Names& names) {
    if (names.empty()) return {};
    return names.size() == 1 ? names[0] : fmt::format("{} and {} more", names[0], names.size() - 1);
}

/// Adds to `totals` only if something was built.
Result<void> build(jobs::Job& job,
                   const Images& images,
                   const std::string& name,
                   bool force,
                   jobs::Totals& totals) {
    job.note("info", fmt::format("Building image: {}", name));
    image::BuildOptions options;
    options.force = force;
    options.stop = job.stop();
    options.progress = job.progress_sink();
    auto built = image::build_image(images, name, options);
    if (!built)
        return Error(built.error().code(),
                     fmt::format("error building image {}: {}", name, built.error().headline()));
    if (built->current) {
        job.note("info", "Skipping (Image is current)");
        return {};
    }
    totals.bytes += built->size;
    totals.files += built->entries;
    job.note("info", fmt::format("Created image for Image {}: {}", name, images.built(name)));
    job.note("info",
             fmt::format("Compressed image for Image {}: {}", name, images.compressed(name)));
    return {};
}

/// Totals of copies are those of what was copied, whatever is built of it then.
image::ImportOptions copy_options(jobs::Job& job, jobs::Totals& totals) {
    image::ImportOptions options;
    options.stop = job.stop();
    options.progress = [&job, &totals](const Progress& progress) {
        totals = {.bytes = progress.bytes, .files = progress.files};
        job.progress(progress);
    };
    return options;
}

Result<void> build_new(jobs::Job& job, const Images& images, const std::string& name) {
    jobs::Totals not_counted;
    return build(job, images, name, /*force=*/true, not_counted);
}

/// The first node or profile that names the image itself.
Result<void> check_unused(const nodes::Registry& registry, const std::string& name) {
    const auto in_use = [&](fields::EntryKind kind, const std::string& who) {
        return Error(
            ErrorCode::FailedPrecondition,
            fmt::format("image {} is in use by {} {}, cannot delete", name, to_string(kind), who));
    };
    for (const auto& [id, node] : registry.nodes)
        if (node.image_name == name) return in_use(fields::EntryKind::Node, id);
    for (const auto& [id, profile] : registry.profiles)
        if (profile.image_name == name) return in_use(fields::EntryKind::Profile, id);
    return {};
}

}  // namespace

Result<protocol::ImageListReply> image_list(Call& call, const protocol::ImageListRequest& request) {
    const Images images = images_of(call.site);
    WW_TRY(const Names names, pick(call, images, request.names));
    WW_TRY(const auto snapshot, current(call.site));
    const Users users = users_of(*snapshot);
    protocol::ImageListReply reply;
    for (const std::string& name : names) {
        const image::ImageFacts facts = image::image_facts(images, name);
        protocol::ImageInfo info;
        info.name = name;
        info.rootfs = images.rootfs(name);
        info.created = facts.created;
        info.built = facts.built;
        info.size = static_cast<int64_t>(facts.size);
        info.compressed_size = static_cast<int64_t>(facts.compressed_size);
        if (request.kernels) info.kernel_version = default_version(images, name);
        if (request.source_sizes)
            info.source_size = static_cast<int64_t>(image::source_size(images, name));
        if (const auto it = users.find(name); it != users.end())
            for (const nodes::Node* node : it->second) info.nodes.push_back(node->id);
        reply.images.push_back(std::move(info));
    }
    return reply;
}

Result<protocol::Table> image_kernels(Call& call, const protocol::Selection& request) {
    const Images images = images_of(call.site);
    // Compat: in the order asked for, which lists of images do not keep.
    Names names = request.names;
    if (names.empty()) {
        WW_TRY(names, images.list());
    }
    std::erase_if(names, [&](const std::string& name) { return !images.exists(name); });
    WW_TRY(const auto snapshot, current(call.site));
    Users users = users_of(*snapshot);
    protocol::Table table{{"Image", "Kernel", "Version", "Default", "Nodes"}, {}};
    for (const std::string& name : names) {
        WW_TRY(const ConfinedDir rootfs, images.open(name));
        const std::vector<image::Kernel> kernels = image::find_kernels(rootfs);
        const image::Kernel* usual = image::default_kernel(kernels);
        std::map<std::string, int> nodes;  // by path of the kernel they boot
        for (const nodes::Node* node : users[name])
            if (const auto kernel = image::choose_kernel(rootfs, kernels, node->kernel.version))
                ++nodes[kernel->path];
        for (const image::Kernel& kernel : kernels)
            table.rows.push_back({name,
                                  kernel.path,
                                  kernel.version_text(),
                                  &kernel == usual ? "true" : "false",
                                  std::to_string(nodes[kernel.path])});
    }
    return table;
}

Result<JobAnswer> image_import(Call& call, const protocol::ImageImportRequest& request) {
    const Images images = images_of(call.site);
    std::string name = request.name;
    if (name.empty()) {
        name = image::name_from_source(request.source);
        call.note({"info", fmt::format("Setting image name: {}", name)});
    }
    WW_TRY_VOID(check_name(call, name));
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
    const auto work =
        [images, name, if_exists, source = request.source, then_build = request.build](
            jobs::Job& job) -> Result<jobs::Totals> {
        jobs::Totals totals;
        image::ImportOptions options = copy_options(job, totals);
        options.if_exists = if_exists;
        if (auto imported = image::import_folder(images, source, name, options); !imported)
            return Error(imported.error().code(),
                         fmt::format("could not import image: {}", imported.error().headline()));
        if (then_build) WW_TRY_VOID(build_new(job, images, name));
        return totals;
    };
    return start_job(call,
                     {.kind = "image import",
                      .name = name,
                      .subjects = {{subject_of(name)}},
                      .detached = request.detach},
                     work);
}

Result<JobAnswer> image_build(Call& call, const protocol::ImageBuildRequest& request) {
    const Images images = images_of(call.site);
    Names names = request.names;
    if (request.all) {
        WW_TRY(names, images.list());
    } else if (names.empty()) {
        return Error(ErrorCode::InvalidArgument,
                     "no images specified; use --all to build all images");
    }
    const auto work = [images, names, force = request.force, &site = call.site](
                          jobs::Job& job) -> Result<jobs::Totals> {
        jobs::Totals totals;
        for (const std::string& name : names)
            if (const auto built = build(job, images, name, force, totals); !built)
                return images.exists(name) ? built.error()
                                           : built.error().with_hint(image_hint(site, name));
        return totals;
    };
    return start_job(call,
                     {.kind = "image build",
                      .name = names_text(names),
                      .subjects = subjects_of(names),
                      .detached = request.detach},
                     work);
}

Result<JobAnswer> image_delete(Call& call, const protocol::Selection& request) {
    const Images images = images_of(call.site);
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
                return refuse(unused.error().code(), unused.error().message());
            if (auto deleted = image::delete_image(images, name); !deleted)
                return refuse(deleted.error().code(), deleted.error().headline());
            job.note("info", fmt::format("Deleted image \"{}\"", name));
        }
        return jobs::Totals{};
    };
    return start_job(call,
                     {.kind = "image delete",
                      .name = names_text(request.names),
                      .subjects = subjects_of(request.names)},
                     work);
}

Result<JobAnswer> image_copy(Call& call, const protocol::ImagePairRequest& request) {
    const Images images = images_of(call.site);
    if (!images.exists(request.from))
        return Error(ErrorCode::NotFound,
                     fmt::format("image's source doesn't exists: {}", request.from))
            .with_hint(image_hint(call.site, request.from));
    WW_TRY_VOID(check_name(call, request.to));
    if (images.exists(request.to))
        return Error(
            ErrorCode::AlreadyExists,
            fmt::format("an other image with name: {} already exists in sources", request.to));
    const auto work = [images, request](jobs::Job& job) -> Result<jobs::Totals> {
        jobs::Totals totals;
        job.note("info", "Copying sources...");
        WW_TRY_VOID(image::copy_image(images, request.from, request.to, copy_options(job, totals)));
        if (request.build) WW_TRY_VOID(build_new(job, images, request.to));
        job.note("info",
                 fmt::format("Image {} successfully duplicated as {}", request.from, request.to));
        return totals;
    };
    return start_job(
        call,
        {.kind = "image copy",
         .name = fmt::format("{} as {}", request.from, request.to),
         .subjects = {{subject_of(request.from), /*shared=*/true}, {subject_of(request.to)}}},
        work);
}

Result<JobAnswer> image_rename(Call& call, const protocol::ImagePairRequest& request) {
    const Images images = images_of(call.site);
    if (!images.exists(request.from))
        return Error(ErrorCode::NotFound, fmt::format("{} source dir does not exist", request.from))
            .with_hint(image_hint(call.site, request.from));
    if (images.exists(request.to))
        return Error(ErrorCode::AlreadyExists,
                     fmt::format("an other image with the name {} already exists", request.to));
    WW_TRY_VOID(check_name(call, request.to));
    const auto work = [images, request, &site = call.site, author = author_of(call.caller)](
                          jobs::Job& job) -> Result<jobs::Totals> {
        WW_TRY_VOID(image::rename_image(images, request.from, request.to));
        const auto follow = [&](nodes::Registry& registry) -> Result<void> {
            const auto rename = [&](auto& entries) {
                const auto before = entries;
                for (const auto& [id, entry] : before)
                    if (entry.image_name == request.from) entries[id].image_name = request.to;
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
        if (request.build) WW_TRY_VOID(build_new(job, images, request.to));
        job.note("info",
                 fmt::format("Image {} successfully renamed as {}", request.from, request.to));
        return jobs::Totals{};
    };
    return start_job(call,
                     {.kind = "image rename",
                      .name = fmt::format("{} to {}", request.from, request.to),
                      .subjects = subjects_of({request.from, request.to})},
                     work);
}

}  // namespace ww::api
