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
using protocol::Nothing;

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

Result<void> build(Call& call, const Images& images, const std::string& name, bool force) {
    call.note({"info", fmt::format("Building image: {}", name)});
    image::BuildOptions options;
    options.force = force;
    auto built = image::build_image(images, name, options);
    if (!built)
        return Error(built.error().code(),
                     fmt::format("error building image {}: {}", name, built.error().headline()))
            .with_hint(images.exists(name) ? "" : image_hint(call.site, name));
    if (built->current) {
        call.note({"info", "Skipping (Image is current)"});
        return {};
    }
    call.note({"info", fmt::format("Created image for Image {}: {}", name, images.built(name))});
    call.note(
        {"info", fmt::format("Compressed image for Image {}: {}", name, images.compressed(name))});
    return {};
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

Result<Nothing> image_import(Call& call, const protocol::ImageImportRequest& request) {
    const Images images = images_of(call.site);
    std::string name = request.name;
    if (name.empty()) {
        name = image::name_from_source(request.source);
        call.note({"info", fmt::format("Setting image name: {}", name)});
    }
    WW_TRY_VOID(check_name(call, name));
    image::ImportOptions options;
    if (exists(images.source(name))) {
        if (request.update) {
            call.note({"info", "Updating existing image"});
            options.if_exists = image::IfExists::Update;
        } else if (request.replace) {
            call.note({"info", "Overwriting existing image"});
            options.if_exists = image::IfExists::Replace;
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
    if (auto imported = image::import_folder(images, request.source, name, options); !imported)
        return Error(imported.error().code(),
                     fmt::format("could not import image: {}", imported.error().headline()));
    if (request.build) WW_TRY_VOID(build(call, images, name, /*force=*/true));
    return Nothing{};
}

Result<Nothing> image_build(Call& call, const protocol::ImageBuildRequest& request) {
    const Images images = images_of(call.site);
    Names names = request.names;
    if (request.all) {
        WW_TRY(names, images.list());
    } else if (names.empty()) {
        return Error(ErrorCode::InvalidArgument,
                     "no images specified; use --all to build all images");
    }
    for (const std::string& name : names) WW_TRY_VOID(build(call, images, name, request.force));
    return Nothing{};
}

Result<Nothing> image_delete(Call& call, const protocol::Selection& request) {
    const Images images = images_of(call.site);
    for (const std::string& name : request.names) {
        const auto refuse = [&](ErrorCode code, const std::string& why) {
            return Error(code, fmt::format("error deleting image {}: {}", name, why));
        };
        if (!images.exists(name))
            return refuse(ErrorCode::NotFound,
                          fmt::format("image name is not valid source: {}", name))
                .with_hint(image_hint(call.site, name));
        WW_TRY(const auto snapshot, current(call.site));
        if (auto unused = check_unused(snapshot->raw(), name); !unused)
            return refuse(unused.error().code(), unused.error().message());
        if (auto deleted = image::delete_image(images, name); !deleted)
            return refuse(deleted.error().code(), deleted.error().headline());
        call.note({"info", fmt::format("Deleted image \"{}\"", name)});
    }
    return Nothing{};
}

Result<Nothing> image_copy(Call& call, const protocol::ImagePairRequest& request) {
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
    call.note({"info", "Copying sources..."});
    WW_TRY_VOID(image::copy_image(images, request.from, request.to));
    if (request.build) WW_TRY_VOID(build(call, images, request.to, /*force=*/true));
    call.note(
        {"info", fmt::format("Image {} successfully duplicated as {}", request.from, request.to)});
    return Nothing{};
}

Result<Nothing> image_rename(Call& call, const protocol::ImagePairRequest& request) {
    const Images images = images_of(call.site);
    if (!images.exists(request.from))
        return Error(ErrorCode::NotFound, fmt::format("{} source dir does not exist", request.from))
            .with_hint(image_hint(call.site, request.from));
    if (images.exists(request.to))
        return Error(ErrorCode::AlreadyExists,
                     fmt::format("an other image with the name {} already exists", request.to));
    WW_TRY_VOID(check_name(call, request.to));
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
    if (auto saved = call.site.database.commit(
            follow, store::Form::Keep, {.author = author_of(call.caller)});
        !saved) {
        // Neither half a rename: the folder goes back under its old name.
        (void)image::rename_image(images, request.to, request.from);
        return saved.error();
    }
    if (request.build) WW_TRY_VOID(build(call, images, request.to, /*force=*/true));
    call.note(
        {"info", fmt::format("Image {} successfully renamed as {}", request.from, request.to)});
    return Nothing{};
}

}  // namespace ww::api
