// SPDX-License-Identifier: BSD-3-Clause
//
// Outcome: what a template made, and all that this depended on. Immutable and shared: by the nodes
// for which it is right, and what was made also by outcomes that depended on something else.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "overlay/renders/name.h"
#include "render/render.h"
#include "render/trace.h"

namespace ww::overlay {

struct Made {
    render::Rendered rendered;
    Name name;  // by its content
};

struct Outcome {
    std::shared_ptr<const Made> made;
    int64_t time = 0;  // Unix seconds: since when this is what the template makes
    std::shared_ptr<const std::vector<render::Path>> reads;  // what of the data model
    std::shared_ptr<const render::Inputs> files;             // what was looked at on disk
    std::vector<std::string> unforeseeable;  // if there are any, it is right for once only
};
using ReadsPointer = std::shared_ptr<const std::vector<render::Path>>;
using OutcomePointer = std::shared_ptr<const Outcome>;

/// Of all the texts of it.
inline uint64_t bytes_of(const Made& made) {
    uint64_t bytes = 0;
    for (const render::Output& output : made.rendered.outputs) bytes += output.text.size();
    return bytes;
}

/// The content of rendered.outputs[i], without a copy.
inline std::shared_ptr<const std::string> text_of(const OutcomePointer& outcome, size_t i) {
    return {outcome->made, &outcome->made->rendered.outputs[i].text};
}

}  // namespace ww::overlay
