// SPDX-License-Identifier: BSD-3-Clause
//
// Overlays: changes of what is in them.
#include <fmt/format.h>

#include "api/overlays/record.h"
#include "overlay/builder.h"

namespace ww::api {

namespace {

using overlay::Editor;
using protocol::Nothing;

/// Modes a command line may ask for: no file type bits.
constexpr int64_t kModeBits = 07777;

}  // namespace

Result<Nothing> overlay_create(Call& call, const protocol::OverlayPathRequest& request) {
    WW_TRY_VOID(recorded(call, {.overlay = request.overlay}, [&](const Editor& editor) {
        return editor.create(request.overlay);
    }));
    return Nothing{};
}

Result<Nothing> overlay_delete(Call& call, const protocol::OverlayPathRequest& request) {
    WW_TRY(const overlay::Overlay found,
           overlay::find_overlay(call.site.overlays.folders(), request.overlay));
    if (request.path.empty()) {
        call.note(
            {"info", fmt::format("Deleting overlay {}, force: {}", found.name, request.force)});
        WW_TRY_VOID(recorded(call, {.overlay = request.overlay}, [&](const Editor& editor) {
            return editor.remove(request.overlay, request.force);
        }));
    } else {
        call.note({"info",
                   fmt::format("Deleting file {} from overlay {}, force: {}, cleanup: {}",
                               request.path,
                               found.name,
                               request.force,
                               request.parents)});
        WW_TRY_VOID(recorded(
            call, {.overlay = request.overlay, .paths = {request.path}}, [&](const Editor& editor) {
                return editor.remove_file(request.overlay, request.path, request.parents);
            }));
    }
    return Nothing{};
}

Result<Nothing> overlay_write(Call& call, const protocol::OverlayWriteRequest& request) {
    const overlay::FileContent content{.text = request.text,
                                       .mode = static_cast<mode_t>(request.mode & kModeBits),
                                       .uid = static_cast<uid_t>(request.uid),
                                       .gid = static_cast<gid_t>(request.gid)};
    OverlayChange change{.overlay = request.overlay, .paths = {request.path}};
    if (!request.into_name.empty()) change.paths.push_back(request.path + "/" + request.into_name);
    WW_TRY_VOID(recorded(call, change, [&](const Editor& editor) {
        return editor.write_file(request.overlay,
                                 request.path,
                                 content,
                                 {.parents = request.parents,
                                  .overwrite = request.overwrite,
                                  .into_name = request.into_name});
    }));
    return Nothing{};
}

Result<Nothing> overlay_make_folder(Call& call, const protocol::OverlayAttributeRequest& request) {
    WW_TRY_VOID(recorded(
        call,
        {.overlay = request.overlay, .paths = {request.path}},
        [&](const Editor& editor) -> Result<void> {
            WW_TRY(
                const bool made,
                editor.make_folder(
                    request.overlay, request.path, static_cast<mode_t>(request.mode & kModeBits)));
            if (!made)
                call.note(
                    {"warn",
                     fmt::format("{}:{} exists; its mode stays", request.overlay, request.path)});
            return {};
        }));
    return Nothing{};
}

Result<Nothing> overlay_change_mode(Call& call, const protocol::OverlayAttributeRequest& request) {
    WW_TRY_VOID(recorded(
        call, {.overlay = request.overlay, .paths = {request.path}}, [&](const Editor& editor) {
            return editor.change_mode(
                request.overlay, request.path, static_cast<mode_t>(request.mode & kModeBits));
        }));
    return Nothing{};
}

Result<Nothing> overlay_change_owner(Call& call, const protocol::OverlayAttributeRequest& request) {
    WW_TRY_VOID(recorded(
        call, {.overlay = request.overlay, .paths = {request.path}}, [&](const Editor& editor) {
            return editor.change_owner(request.overlay,
                                       request.path,
                                       static_cast<uid_t>(request.uid),
                                       static_cast<gid_t>(request.gid));
        }));
    return Nothing{};
}

}  // namespace ww::api
