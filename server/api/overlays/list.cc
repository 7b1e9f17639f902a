// SPDX-License-Identifier: BSD-3-Clause
//
// Overlays and what is in them.
#include <fmt/format.h>

#include "api/handlers.h"
#include "api/suggest.h"
#include "base/confined_dir.h"
#include "overlay/builder.h"
#include "overlay/site.h"

namespace ww::api {

namespace {

using overlay::Overlay;

constexpr mode_t kPermissions = 0777;

void list_folder(const ConfinedDir& root,
                 const std::string& folder,
                 std::vector<protocol::OverlayEntry>& entries) {
    for (const std::string& name : root.list(folder.empty() ? "." : folder)) {
        std::string path = folder + name;
        const auto link = root.link_status(path);
        if (!link) continue;  // it went away meanwhile
        // A link shows what it points to; one that leads nowhere, itself.
        const auto status = root.status(path).value_or(*link);
        const bool is_folder = S_ISDIR(link->st_mode);
        if (is_folder) path += '/';
        entries.push_back({path,
                           static_cast<int64_t>(status.st_mode & kPermissions),
                           static_cast<int64_t>(status.st_uid),
                           static_cast<int64_t>(status.st_gid)});
        if (is_folder) list_folder(root, path, entries);
    }
}

protocol::OverlayInfo describe(const Overlay& overlay) {
    protocol::OverlayInfo info{overlay.name, overlay.folder, overlay.is_site, {}};
    if (const auto root = ConfinedDir::open(overlay.content_root()))
        list_folder(*root, "", info.entries);
    return info;
}

}  // namespace

Result<protocol::OverlayListReply> overlay_list(Call& call, const protocol::Selection& request) {
    const overlay::Folders& folders = call.site.overlays.folders();
    protocol::OverlayListReply reply;
    if (request.names.empty()) {
        for (const Overlay& each : overlay::list_overlays(folders))
            reply.overlays.push_back(describe(each));
        return reply;
    }
    for (const std::string& name : request.names) {
        const auto found = overlay::find_overlay(folders, name);
        if (found)
            reply.overlays.push_back(describe(*found));
        else
            call.note({"error",
                       with_hint(fmt::format("{}:{}", name, found.error().message()),
                                 found.error().hint())});
    }
    return reply;
}

}  // namespace ww::api
