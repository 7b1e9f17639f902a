// SPDX-License-Identifier: BSD-3-Clause
//
// One template of an overlay, rendered for one node: Warewulf's functions, the outputs a template
// opens with `file`, and what it read. Nothing is written here. Source: reference/templates.md §1,
// §10.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "render/inputs.h"
#include "render/model.h"
#include "render/recorder.h"
#include "tmpl/template.h"

namespace ww::render {

/// One file a template makes.
struct Output {
    std::string name;  // as given to `file`; empty: the default slot, named after the template
    std::string text;
    bool is_link = false;
    std::string target;
    int line = 1;  // of the template, where `file`, or last `softlink`, began it
};

struct Rendered {
    bool write = true;            // false after `abort`: nothing is to be written
    bool backup = true;           // false after `nobackup`
    std::vector<Output> outputs;  // the first is the default slot
    std::vector<std::string> warnings;

    /// Whether outputs[i] becomes a file: the default slot doesn't if others were opened, unless it
    /// is a link.
    bool written(size_t i) const;
};

/// Files of images, for IncludeFrom. Implemented above this layer.
class ImageFiles {
   public:
    virtual ~ImageFiles() = default;
    /// Where the root file system of `image` is; empty if there is no such image.
    virtual std::string rootfs(const std::string& image) const = 0;
};

/// Parsed templates by path and file identity. Any thread.
class TemplateCache {
   public:
    /// `functions` must outlive the cache.
    explicit TemplateCache(const tmpl::FunctionTable& functions);
    ~TemplateCache();

    /// Reads and parses the file unless that was done already. The template's name is the base
    /// name. Errors: NotFound, Io; Unprocessable (see template_error.h).
    Result<tmpl::Template> get(const std::string& path);

   private:
    struct State;
    const tmpl::FunctionTable& functions_;
    std::unique_ptr<State> state_;
};

/// Warewulf's own sixteen.
std::span<const tmpl::Function> warewulf_functions();
/// Go's builtins, sprig and Warewulf's functions: for overlay templates.
const tmpl::FunctionTable& overlay_functions();
/// Without Warewulf's: for iPXE, GRUB and BMC templates.
const tmpl::FunctionTable& script_functions();

struct RenderEnvironment {
    const RootData& root;
    const ImageFiles& images;
    Inputs& inputs;                // files that were read are added
    Recorder* recorder = nullptr;  // made from `root`; null: nobody wants a trace
};

/// Errors: Unprocessable, TooLarge, Timeout, with Go's message (see template_error.h).
Result<Rendered> render(const tmpl::Template& source, const RenderEnvironment& environment);

}  // namespace ww::render
