// SPDX-License-Identifier: BSD-3-Clause
//
// Names of what a site has, for completion.
#include <fmt/format.h>

#include "api/changes.h"
#include "api/handlers.h"
#include "config/config.h"
#include "image/image.h"
#include "overlay/builder.h"

namespace ww::api {

Result<protocol::Selection> name_list(Call& call, const protocol::NamesRequest& request) {
    const config::Paths& paths = call.site.conf.paths;
    protocol::Selection found;
    const bool entries = request.kind == "entry";
    if (entries || request.kind == "node" || request.kind == "profile") {
        WW_TRY(const auto snapshot, current(call.site));
        if (entries || request.kind == "node")
            for (const auto& [name, node] : snapshot->raw().nodes) found.names.push_back(name);
        if (entries || request.kind == "profile")
            for (const auto& [name, profile] : snapshot->raw().profiles)
                found.names.push_back(name);
    } else if (request.kind == "image") {
        WW_TRY(found.names, image::Images(paths.wwchrootdir, paths.wwprovisiondir).list());
    } else if (request.kind == "job") {
        for (const jobs::JobPtr& job : call.site.jobs.list())
            found.names.push_back(fmt::to_string(job->number()));
    } else if (request.kind == "overlay") {
        for (const overlay::Overlay& each : overlay::list_overlays(call.site.overlays.folders()))
            found.names.push_back(each.name);
    } else {
        return Error(ErrorCode::InvalidArgument, fmt::format("no names of kind {}", request.kind));
    }
    return found;
}

}  // namespace ww::api
