// SPDX-License-Identifier: BSD-3-Clause
//
// Side: one of two things that are compared: the tree of an image as it is now, or a build of it
// that is kept. Of either all entries that nodes get, and what is in them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/progress.h"
#include "base/result.h"
#include "image/image.h"

namespace ww::image {

/// For whom sides are read.
struct DiffOptions {
    std::stop_token stop = {};
    ProgressSink progress = {};  // on the calling thread
};

struct SideEntry {
    uint32_t mode = 0;
    uint32_t uid = 0;
    uint32_t gid = 0;
    uint64_t size = 0;
    int64_t mtime = 0;      // Unix seconds
    uint64_t device = 0;    // of a device node
    std::string link;       // target of a link
    std::string_view data;  // of a file in an archive
};

/// Not thread-safe.
class Side {
   public:
    virtual ~Side() = default;

    /// By path, without a slash in front.
    const std::map<std::string, SideEntry>& entries() const { return entries_; }
    /// "rocky", "rocky@3"
    const std::string& name() const { return name_; }

    /// Calls `take` with the content of a file, piece by piece; false from it ends that. Errors:
    /// NotFound, Conflict (it changed meanwhile), Io, those of `take`.
    using Take = std::function<Result<bool>(std::string_view piece)>;
    virtual Result<void> read(const std::string& path, const Take& take) const = 0;

   protected:
    explicit Side(std::string name) : name_(std::move(name)) {}
    std::map<std::string, SideEntry> entries_;

   private:
    std::string name_;
};

/// Reads "rocky", "rocky@aarch64", "rocky@3", "rocky@aarch64@3". A build that is not the one that
/// is served is unpacked into a file without a name first. Errors: NotFound (image, generation;
/// with what there is), Unprocessable (its bytes are damaged), Io, Cancelled.
Result<std::unique_ptr<Side>> open_side(const Images& images,
                                        std::string_view text,
                                        const DiffOptions& options = {});

}  // namespace ww::image
