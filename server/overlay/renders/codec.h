// SPDX-License-Identifier: BSD-3-Clause
//
// What is kept of renderings, as bytes: for digests, and for the disk. Readers give nothing for
// bytes that are not what the writer makes. A change here is a change of Segments' format.
#pragma once

#include <optional>
#include <vector>

#include "render/packed.h"
#include "render/render.h"
#include "render/trace.h"

namespace ww::overlay {

void put(render::Packer& out, const render::Rendered& rendered);
/// What a node has of it: all but the warnings.
void put_files(render::Packer& out, const render::Rendered& rendered);
std::optional<render::Rendered> get_rendered(render::Unpacker& in);

void put(render::Packer& out, const std::vector<render::Path>& reads);
std::optional<std::vector<render::Path>> get_reads(render::Unpacker& in);

}  // namespace ww::overlay
