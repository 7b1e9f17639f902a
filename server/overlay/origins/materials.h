// SPDX-License-Identifier: BSD-3-Clause
//
// What looking at overlays needs, without building anything.
#pragma once

#include "overlay/site.h"
#include "render/render.h"

namespace ww::overlay {

struct Materials {
    const Folders& folders;
    const render::ImageFiles& images;
    render::TemplateCache& templates;
};

}  // namespace ww::overlay
