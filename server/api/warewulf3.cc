// SPDX-License-Identifier: BSD-3-Clause
//
// Nodes of a Warewulf 3, from what its wwsh printed: one commit, and a report of what is left to
// do.
#include "upgrade/warewulf3.h"

#include <fmt/format.h>

#include "api/changes.h"
#include "api/handlers.h"
#include "config/config.h"
#include "image/image.h"

namespace ww::api {

Result<protocol::ChangeReply> warewulf3_import(Call& call,
                                               const protocol::Warewulf3Request& request) {
    upgrade::Warewulf3Dump dump;
    for (const protocol::Warewulf3Dump& file : request.dumps) dump.add(file.text, file.name);
    if (dump.nodes.empty())
        return Error(ErrorCode::InvalidArgument, "there are no nodes in it")
            .with_hint("save what `wwsh node print` and `wwsh provision print` print");
    const config::Paths& paths = call.site.conf.paths;
    const image::Images images(paths.wwchrootdir, paths.wwprovisiondir);
    const auto has_image = [&](const std::string& name) { return images.exists(name); };
    return change_all(call,
                      {request.dry_run, request.state},
                      [&](const nodes::Registry& registry,
                          protocol::ChangeReply& reply) -> Result<nodes::Registry> {
                          upgrade::Warewulf3Import import =
                              upgrade::import_warewulf3(dump, registry, has_image);
                          reply.warnings = std::move(import.report);
                          return std::move(import.registry);
                      });
}

}  // namespace ww::api
