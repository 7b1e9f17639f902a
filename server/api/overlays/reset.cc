// SPDX-License-Identifier: BSD-3-Clause
//
// An overlay of the site against the distribution's: what differs, and back to that.
#include <fmt/format.h>

#include <algorithm>

#include "api/overlays/record.h"
#include "base/confined_dir.h"
#include "base/digest.h"
#include "base/path.h"
#include "overlay/builder.h"

namespace ww::api {

namespace {

using overlay::Editor;
using protocol::OverlayChangesReply;
using store::FileChange;
using store::KeptFile;

OverlayChangesReply changes_reply(const std::vector<FileChange>& changes, bool with_texts) {
    OverlayChangesReply reply;
    std::string all;
    for (const FileChange& change : changes) {
        const char* what = !change.before ? "added" : !change.after ? "removed" : "changed";
        reply.files.push_back(
            {"/" + change.path,
             what,
             with_texts ? store::text_diff({change}) : store::describe({change})});
        all += store::text_diff({change});
    }
    reply.state = sha256_hex(all);
    return reply;
}

/// One file of the site's overlay as it is in the distribution.
Result<void> reset_file(const Editor& editor,
                        const overlay::Folders& folders,
                        const FileChange& change) {
    const std::string& name = change.overlay;
    if (!change.before) {
        if (change.after->type == KeptFile::Type::Folder)
            return editor.remove_folder(name, change.path);
        return editor.remove_file(name, change.path, /*parents=*/true);
    }
    const KeptFile& file = *change.before;
    if (file.type == KeptFile::Type::Link) {
        if (change.after) WW_TRY_VOID(editor.remove_file(name, change.path, /*parents=*/false));
        return editor.make_link(name, change.path, file.text.value_or(""));
    }
    if (file.type == KeptFile::Type::Folder) {
        WW_TRY_VOID(editor.make_folder(name, change.path, file.mode));
    } else {
        overlay::Folders distribution = folders;
        distribution.site = folders.distribution;
        WW_TRY(const overlay::Overlay from, overlay::find_overlay(distribution, name));
        WW_TRY(const ConfinedDir root, ConfinedDir::open(from.content_root()));
        WW_TRY(const std::string text, root.read(change.path));
        WW_TRY_VOID(
            editor.write_file(name,
                              change.path,
                              {.text = text, .mode = file.mode, .uid = file.uid, .gid = file.gid},
                              {.parents = true, .overwrite = true}));
    }
    WW_TRY_VOID(editor.change_owner(name, change.path, file.uid, file.gid));
    return editor.change_mode(name, change.path, file.mode);
}

}  // namespace

Result<OverlayChangesReply> overlay_changes(Call& call,
                                            const protocol::OverlayPathRequest& request) {
    WW_TRY(const auto changes, changes_of_site(call, request.overlay, request.path));
    return changes_reply(changes, call.caller.is_admin);
}

Result<OverlayChangesReply> overlay_reset(Call& call,
                                          const protocol::OverlayResetRequest& request) {
    const overlay::Folders& folders = call.site.overlays.folders();
    WW_TRY(const overlay::Overlay found, overlay::find_overlay(folders, request.overlay));
    WW_TRY(const auto changes, changes_of_site(call, request.overlay, request.path));
    const OverlayChangesReply reply = changes_reply(changes, /*with_texts=*/true);
    if (!found.is_site || (changes.empty() && !request.path.empty())) return reply;
    if (request.dry_run && call.plan == nullptr) return reply;
    if (!request.state.empty() && request.state != reply.state)
        return Error(ErrorCode::Conflict, "the overlay has changed since that was shown")
            .with_hint("nothing was reset; look at it again");
    OverlayChange change{.overlay = request.overlay};
    if (!request.path.empty()) change.paths.push_back(request.path);
    WW_TRY_VOID(recorded(call, change, [&](const Editor& editor) -> Result<void> {
        if (request.path.empty()) return editor.remove(request.overlay, /*force=*/true);
        for (const FileChange& each : changes) WW_TRY_VOID(reset_file(editor, folders, each));
        return {};
    }));
    return reply;
}

}  // namespace ww::api
