// SPDX-License-Identifier: BSD-3-Clause
//
// Changes of overlays with their place in the history. Internal to this layer.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "api/handlers.h"
#include "overlay/edit.h"
#include "store/file_change.h"

namespace ww::api {

overlay::Editor overlay_editor(const Call& call);

struct OverlayChange {
    std::string overlay;
    std::vector<std::string> paths = {};  // that may change; empty: the whole overlay
    int64_t undoes = 0;                   // the revision that is taken back; 0: none
};

/// Runs `work`, and enters what became of the files in the history, also if it fails half way. Of a
/// change that is only looked at it runs on a copy, and the plan gets what became of that.
/// Gives the revision; 0 if nothing changed, or it could not be entered, which is a warning to the
/// user. Errors: those of `work`.
Result<int64_t> recorded(Call& call,
                         const OverlayChange& change,
                         const std::function<Result<void>(const overlay::Editor&)>& work);

/// Brings files from `before` to `after`. Errors: Conflict (one is not as `before` says; all of
/// them are named), FailedPrecondition (a file was too large to be kept), nothing is changed then;
/// those of the editor.
Result<void> check_files(const Call& call, const std::vector<store::FileChange>& changes);
Result<int64_t> apply_files(Call& call,
                            const std::vector<store::FileChange>& changes,
                            int64_t undoes);

/// What makes an overlay of the distribution the site's, or one file of it if `path` is not empty;
/// large files by their digest. Errors: NotFound (one of both overlays is not there).
Result<std::vector<store::FileChange>> changes_of_site(const Call& call,
                                                       const std::string& overlay,
                                                       const std::string& path);

}  // namespace ww::api
