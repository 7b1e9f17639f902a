// SPDX-License-Identifier: BSD-3-Clause
//
// Contents of the plain files of overlays. Small ones are kept in memory, for the archives of all
// nodes; large ones stay in their files until they are packed.
#pragma once

#include <cstdint>
#include <string>

#include "base/guarded.h"
#include "base/result.h"
#include "overlay/file_tree.h"
#include "overlay/recent.h"

namespace ww::overlay {

/// In bytes. Smaller contents are copied into each archive: a piece of its own costs as much as
/// packing so many.
inline constexpr uint64_t kLargeContent = 32 << 10;

/// Of small contents kept, in bytes. What the stock overlays have is a hundredth of it.
inline constexpr uint64_t kStaticContents = uint64_t{16} << 20;

/// Any thread. Blocking.
class StaticContents {
   public:
    explicit StaticContents(uint64_t most_bytes = kStaticContents) : kept_(most_bytes) {}

    /// Null if it is large. Errors: those of read_file().
    Result<FileTree::Data> get(const StaticFile& file);
    uint64_t bytes() const {
        return kept_.with([](const Kept& kept) { return kept.bytes(); });
    }

   private:
    struct Content {
        FileIdentity identity;
        FileTree::Data data;
    };
    using Kept = Recent<std::string, Content>;  // by path
    Guarded<Kept> kept_;
};

/// What a file has in it, or where a link leads. Reads what is not in memory; no folder. Blocking.
/// Errors: those of read_file().
Result<FileTree::Data> content_of(const Entry& entry);

}  // namespace ww::overlay
