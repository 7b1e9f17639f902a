// SPDX-License-Identifier: BSD-3-Clause
//
// What a node is sent when it asks for one of its archives.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "archive/pieces.h"
#include "overlay/renders/name.h"

namespace ww::overlay {

enum class Form : uint8_t { Plain, Gzip };

/// An archive in one of its forms. Immutable.
struct Archive {
    archive::Pieces pieces;
    Name recipe;          // what it was made of and by; the same: the same bytes
    std::string digest;   // pieces.digest()
    int64_t changed = 0;  // Unix seconds: since when it is what it is, as far as this process knows
};

using ArchivePtr = std::shared_ptr<const Archive>;

struct Served {
    /// Where the complete file of that form is, if there is one.
    std::string path;
    /// What is sent; null: that file, as it is.
    ArchivePtr archive;
};

}  // namespace ww::overlay
