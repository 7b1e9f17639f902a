// SPDX-License-Identifier: BSD-3-Clause
//
// What nobody needs any more on disk: archives of nodes that are gone, and caches.
#include <fmt/format.h>

#include "api/changes.h"
#include "api/handlers.h"
#include "base/confined_dir.h"
#include "base/file.h"
#include "config/config.h"
#include "overlay/builder.h"
#include "overlay/leftovers.h"

namespace ww::api {

Result<protocol::Nothing> clean(Call& call, const protocol::Nothing&) {
    WW_TRY(const auto snapshot, current(call.site));
    WW_TRY_VOID(remove_tree(call.site.conf.paths.oci_blob_cache()));
    const std::string& built = call.site.overlays.folders().built;
    WW_TRY(const ConfinedDir folder, ConfinedDir::open(built));
    for (const std::string& name : folder.list(".")) {
        const auto status = folder.link_status(name);
        if (!status || !S_ISDIR(status->st_mode) || snapshot->find(name) != nullptr) continue;
        WW_TRY_VOID(remove_tree(fmt::format("{}/{}", built, name)));
    }
    overlay::clear_leftovers(call.site.overlays.folders());
    return protocol::Nothing{};
}

}  // namespace ww::api
