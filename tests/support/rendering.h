// SPDX-License-Identifier: BSD-3-Clause
//
// A text rendered for a node of a site, as a template of an overlay.
#pragma once

#include <string>

#include "render/render.h"
#include "support/catch.h"
#include "support/site.h"
#include "tmpl/template.h"

namespace ww::test {

struct NoImages final : render::ImageFiles {
    std::string rootfs(const std::string&) const override { return ""; }
};

/// The default output, or the error's message.
inline std::string rendered_for(const std::string& id,
                                const std::string& nodes_conf,
                                const std::string& text) {
    const Site site(nodes_conf);
    const NoImages images;
    const auto snapshot = site.snapshot();
    render::RootData data;
    data.conf = &site.conf();
    data.snapshot = snapshot.get();
    data.node = *snapshot->find(id);
    data.build_source = "/overlays/o/t.ww";
    data.derive();
    const auto source = tmpl::parse(text, "t.ww", render::overlay_functions());
    REQUIRE(source);
    render::Inputs inputs;
    const auto done = render::render(*source, {data, images, inputs});
    return done ? done->outputs.at(0).text : done.error().message();
}

}  // namespace ww::test
