// SPDX-License-Identifier: BSD-3-Clause
//
// From a list of overlays to the files of one image: walks each overlay, renders its templates for
// one node, and merges all of it in memory. Source: reference/overlays.md §3, §4.
#pragma once

#include <string>
#include <vector>

#include "overlay/file_tree.h"
#include "overlay/site.h"
#include "render/inputs.h"
#include "render/render.h"

namespace ww::overlay {

/// Contents of plain files by path and file identity, shared by the images of all nodes. Any
/// thread.
class PayloadCache {
   public:
    PayloadCache();
    ~PayloadCache();
    Result<FileTree::Data> get(const std::string& path);

   private:
    struct State;
    std::unique_ptr<State> state_;
};

/// What assembling needs and keeps from image to image.
struct Workshop {
    const Folders& folders;
    const render::ImageFiles& images;
    render::TemplateCache& templates;
    PayloadCache& payloads;
};

struct Assembled {
    FileTree files;
    std::vector<std::string> warnings;
};

/// `root` is filled in but for overlay and build_source, which change from file to file. All that
/// was read is added to `inputs`, also when it fails. Errors: NotFound and InvalidArgument
/// (overlay), Unprocessable (template, or two overlays that don't fit together), Io; with frames
/// that name file, overlay and node.
Result<Assembled> assemble(const Workshop& workshop,
                           const std::vector<std::string>& overlays,
                           render::RootData& root,
                           render::Inputs& inputs);

}  // namespace ww::overlay
