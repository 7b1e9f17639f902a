// SPDX-License-Identifier: BSD-3-Clause
//
// Images: lists and kernels.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "api/changes.h"
#include "api/images/generations.h"
#include "api/images/image_jobs.h"
#include "api/suggest.h"
#include "image/generations/image_ref.h"
#include "image/kernel.h"
#include "image/record.h"

namespace ww::api {

namespace {

/// Images of these names in byte order; all of them if no name is given. Unknown names are left
/// out, and said.
Result<protocol::Names> pick(Call& call,
                             const image::Images& images,
                             const protocol::Names& names) {
    WW_TRY(protocol::Names all, images.list());
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
    for (const nodes::Node& node : snapshot.nodes())
        users[image::ImageRef::from(node.image_name).name].push_back(&node);
    for (auto& [name, nodes] : users)
        std::sort(nodes.begin(), nodes.end(), [](const nodes::Node* a, const nodes::Node* b) {
            return a->id < b->id;
        });
    return users;
}

std::vector<protocol::ImageVariant> variants_of(const image::Images& images,
                                                const std::string& name) {
    std::vector<protocol::ImageVariant> variants;
    for (const image::Variant& tree : images.variants(name)) {
        protocol::ImageVariant variant;
        variant.name = tree.text();
        variant.rootfs = images.rootfs(tree);
        variant.compression = to_string(image::Compression::Default);
        if (const auto architecture = image::architecture_of(images, tree))
            variant.architecture = to_string(*architecture);
        if (const auto record = image::read_record(images, tree)) {
            variant.source = record->source;
            variant.digest = record->digest;
            variant.platform = record->platform;
            variant.created = record->created;
            variant.imported = record->imported;
            variant.files = static_cast<int64_t>(record->files);
            variant.bytes = static_cast<int64_t>(record->bytes);
            variant.compression = to_string(record->compression);
        }
        const image::ImageFacts facts = image::image_facts(images, tree);
        variant.built = facts.built;
        variant.size = static_cast<int64_t>(facts.size);
        variant.compressed_size = static_cast<int64_t>(facts.compressed_size);
        variant.zstd_size = static_cast<int64_t>(facts.zstd_size);
        variants.push_back(std::move(variant));
    }
    return variants;
}

std::string default_version(const image::Images& images, const std::string& name) {
    const auto rootfs = images.open(name);
    if (!rootfs) return "";
    const auto kernels = image::find_kernels(*rootfs);
    const image::Kernel* kernel = image::default_kernel(kernels);
    return kernel == nullptr ? "" : kernel->version_text();
}

protocol::ImageInfo info_of(const image::Images& images,
                            const std::string& name,
                            const Users& users) {
    const image::ImageFacts facts = image::image_facts(images, name);
    protocol::ImageInfo info;
    info.name = name;
    info.rootfs = images.rootfs(name);
    info.created = facts.created;
    info.built = facts.built;
    info.size = static_cast<int64_t>(facts.size);
    info.compressed_size = static_cast<int64_t>(facts.compressed_size);
    if (const auto it = users.find(name); it != users.end())
        for (const nodes::Node* node : it->second) info.nodes.push_back(node->id);
    return info;
}

}  // namespace

Result<protocol::ImageListReply> image_list(Call& call, const protocol::ImageListRequest& request) {
    const image::Images images = images_of(call.site);
    WW_TRY(const protocol::Names names, pick(call, images, request.names));
    WW_TRY(const auto snapshot, current(call.site));
    const Users users = users_of(*snapshot);
    protocol::ImageListReply reply;
    for (const std::string& name : names) {
        protocol::ImageInfo info = info_of(images, name, users);
        if (request.kernels) info.kernel_version = default_version(images, name);
        if (request.variants) info.variants = variants_of(images, name);
        if (request.source_sizes)
            info.source_size = static_cast<int64_t>(image::source_size(images, name));
        reply.images.push_back(std::move(info));
    }
    return reply;
}

Result<protocol::ImageInfo> image_show(Call& call, const protocol::ImageShowRequest& request) {
    const image::Images images = images_of(call.site);
    const std::string& name = request.name;
    if (!images.exists(name))
        return Error(ErrorCode::NotFound, fmt::format("{} is not a valid image", name))
            .with_hint(image_hint(call.site, name));
    WW_TRY(const auto snapshot, current(call.site));
    protocol::ImageInfo info = info_of(images, name, users_of(*snapshot));
    info.kernel_version = default_version(images, name);
    info.source_size = static_cast<int64_t>(image::source_size(images, name));
    info.variants = variants_of(images, name);
    for (protocol::ImageVariant& variant : info.variants) {
        const auto tree = image::Variant::from(variant.name);
        WW_TRY(variant.generations, generations_of(call.site, images, *tree));
    }
    return info;
}

Result<protocol::Table> image_kernels(Call& call, const protocol::Selection& request) {
    const image::Images images = images_of(call.site);
    // Compat: in the order asked for, which lists of images do not keep.
    protocol::Names names = request.names;
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

}  // namespace ww::api
