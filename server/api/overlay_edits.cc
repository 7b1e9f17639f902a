// SPDX-License-Identifier: BSD-3-Clause
//
// Overlays: changes of what is in them.
#include <fmt/format.h>

#include "api/handlers.h"
#include "archive/tree_copy.h"
#include "overlay/builder.h"
#include "overlay/edit.h"

namespace ww::api {

namespace {

using protocol::Nothing;

/// Modes a command line may ask for: no file type bits.
constexpr int64_t kModeBits = 07777;

Result<void> copy_tree(const std::string& from, const std::string& to) {
    WW_TRY(const ConfinedDir source, ConfinedDir::open(from));
    WW_TRY(const ConfinedDir target, ConfinedDir::open(to));
    return archive::copy_tree(source, target);
}

overlay::Editor editor(const Call& call) {
    static const overlay::CopyTree copy = copy_tree;
    return {call.site.overlays.folders(), copy};
}

}  // namespace

Result<Nothing> overlay_create(Call& call, const protocol::OverlayPathRequest& request) {
    WW_TRY_VOID(editor(call).create(request.overlay));
    return Nothing{};
}

Result<Nothing> overlay_delete(Call& call, const protocol::OverlayPathRequest& request) {
    WW_TRY(const overlay::Overlay found,
           overlay::find_overlay(call.site.overlays.folders(), request.overlay));
    if (request.path.empty()) {
        call.note(
            {"info", fmt::format("Deleting overlay {}, force: {}", found.name, request.force)});
        WW_TRY_VOID(editor(call).remove(request.overlay, request.force));
    } else {
        call.note({"info",
                   fmt::format("Deleting file {} from overlay {}, force: {}, cleanup: {}",
                               request.path,
                               found.name,
                               request.force,
                               request.parents)});
        WW_TRY_VOID(editor(call).remove_file(request.overlay, request.path, request.parents));
    }
    return Nothing{};
}

Result<Nothing> overlay_write(Call& call, const protocol::OverlayWriteRequest& request) {
    const overlay::FileContent content{.text = request.text,
                                       .mode = static_cast<mode_t>(request.mode & kModeBits),
                                       .uid = static_cast<uid_t>(request.uid),
                                       .gid = static_cast<gid_t>(request.gid)};
    WW_TRY_VOID(editor(call).write_file(request.overlay,
                                        request.path,
                                        content,
                                        {.parents = request.parents,
                                         .overwrite = request.overwrite,
                                         .into_name = request.into_name}));
    return Nothing{};
}

Result<Nothing> overlay_make_folder(Call& call, const protocol::OverlayAttributeRequest& request) {
    WW_TRY(const bool made,
           editor(call).make_folder(
               request.overlay, request.path, static_cast<mode_t>(request.mode & kModeBits)));
    if (!made)
        call.note(
            {"warn", fmt::format("{}:{} exists; its mode stays", request.overlay, request.path)});
    return Nothing{};
}

Result<Nothing> overlay_change_mode(Call& call, const protocol::OverlayAttributeRequest& request) {
    WW_TRY_VOID(editor(call).change_mode(
        request.overlay, request.path, static_cast<mode_t>(request.mode & kModeBits)));
    return Nothing{};
}

Result<Nothing> overlay_change_owner(Call& call, const protocol::OverlayAttributeRequest& request) {
    WW_TRY_VOID(editor(call).change_owner(request.overlay,
                                          request.path,
                                          static_cast<uid_t>(request.uid),
                                          static_cast<gid_t>(request.gid)));
    return Nothing{};
}

}  // namespace ww::api
