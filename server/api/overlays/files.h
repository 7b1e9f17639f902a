// SPDX-License-Identifier: BSD-3-Clause
//
// What a template of an overlay makes, before it is put in the form of one protocol or another.
#pragma once

#include "api/handlers.h"
#include "render/render.h"

namespace ww::api {

/// Blocking. Warnings go to the caller. Errors: NotFound, and what templates fail with.
Result<render::Rendered> render_overlay_file(Call& call,
                                             const protocol::OverlayFileRequest& request);

}  // namespace ww::api
