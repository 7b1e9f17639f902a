// SPDX-License-Identifier: BSD-3-Clause
//
// image enter: what wwctl needs to know to go into an image.
#include <fmt/format.h>

#include "api/changes.h"
#include "api/images/image_jobs.h"
#include "api/suggest.h"
#include "base/site_files.h"
#include "config/config.h"
#include "overlay/builder.h"

namespace ww::api {

namespace {

Result<protocol::Names> archives_of(const Site& site, const std::string& id) {
    WW_TRY(const auto snapshot, current(site));
    const nodes::Node* node = snapshot->find(id);
    if (node == nullptr)
        return Error(ErrorCode::NotFound, fmt::format("there is no node {}", id))
            .with_hint(node_hint(snapshot->raw(), id));
    protocol::Names archives;
    for (const auto context : {overlay::Context::System, overlay::Context::Runtime}) {
        WW_TRY(std::string archive,
               site.overlays.build(snapshot, *node, context),
               "building the overlays of {}",
               id);
        archives.push_back(std::move(archive));
    }
    return archives;
}

}  // namespace

Result<protocol::ImageEnterReply> image_enter(Call& call,
                                              const protocol::ImageEnterRequest& request) {
    const image::Images images = images_of(call.site);
    const auto tree = image::Variant::from(request.name);
    if (!tree || !image::valid_name(tree->name))
        call.note({"warn", fmt::format("Image name has illegal characters: {}", request.name)});
    if (!tree || !images.exists(*tree))
        return Error(ErrorCode::NotFound, fmt::format("unknown Warewulf image: {}", request.name))
            .with_hint(image_hint(call.site, request.name));
    const config::WarewulfConf& conf = call.site.conf;
    protocol::ImageEnterReply reply;
    reply.folder = images.source(tree->name);
    reply.tree = tree->folder();
    reply.readonly = images.readonly(tree->name);
    for (const config::ImageMount& mount : conf.image_mounts)
        reply.mounts.push_back({.source = mount.source,
                                .target = mount.dest.empty() ? mount.source : mount.dest,
                                .readonly = mount.readonly(),
                                .copy = mount.copy()});
    if (!request.node.empty()) {
        WW_TRY(reply.archives, archives_of(call.site, request.node));
    }
    reply.holds = job_holds_folder(run_folder(call.site.config, conf.paths.localstatedir));
    reply.subject = image_subject(tree->name);
    return reply;
}

}  // namespace ww::api
