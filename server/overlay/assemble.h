// SPDX-License-Identifier: BSD-3-Clause
//
// From a list of overlays to the files of one image: walks each overlay, renders its templates for
// one node, and merges all of it in memory. Source: reference/overlays.md §3, §4.
#pragma once

#include <string>
#include <vector>

#include "overlay/file_tree.h"
#include "overlay/layout.h"
#include "overlay/renders/renders.h"
#include "overlay/site.h"
#include "overlay/static_contents.h"
#include "render/render.h"
#include "render/site_digests.h"

namespace ww::overlay {

/// What assembling needs and keeps from image to image.
struct Workshop {
    Layouts& layouts;
    Renders& renders;
    StaticContents& contents;
    render::SiteDigests* site = nullptr;  // as in render::digest_of()
};

/// What an image was made from, so that it can be told whether it would be made the same again.
struct Recipe {
    Name name;  // of all of it: overlays, and what their templates made
    std::vector<LayoutPointer> layouts;
    std::vector<std::shared_ptr<const render::Inputs>> looked_at;  // by templates; none is empty
    std::vector<render::Path> of_nodes;      // what templates read of all nodes, or of single ones
    std::vector<std::string> unforeseeable;  // "etc/motd.ww: now"
};

struct Assembled {
    FileTree files;
    std::vector<std::string> warnings;
    Recipe recipe;
};

/// Whether assemble() would follow this recipe again. Renders nothing: false also where only
/// rendering could tell. Of unforeseeable ones it cannot.
bool is_still(const Workshop& workshop,
              const std::vector<std::string>& overlays,
              render::RootData& root,
              const Name& recipe);

/// `root` is filled in but for overlay and build_source, which change from file to file.
/// Errors: NotFound and InvalidArgument (overlay), Unprocessable (template, or two overlays that
/// don't fit together), Io; with frames that name file, overlay and node.
Result<Assembled> assemble(const Workshop& workshop,
                           const std::vector<std::string>& overlays,
                           render::RootData& root);

}  // namespace ww::overlay
