// SPDX-License-Identifier: BSD-3-Clause
//
// ZstdFile: the zstd copy of an image's archive, NAME.img.zst, written in the same pass, aside. One
// frame, because the kernel takes a second one for an archive of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "archive/byte_sink.h"
#include "image/served_file.h"

namespace ww::image {

/// Not thread-safe; libzstd has `threads` workers of its own. The same bytes whatever their number.
class ZstdFile final : public archive::ByteSink {
   public:
    /// Errors: NotFound, PermissionDenied, Io.
    static Result<ZstdFile> create(const std::string& path, unsigned threads);
    ZstdFile(ZstdFile&&) noexcept;
    ZstdFile& operator=(ZstdFile&&) noexcept;
    ~ZstdFile() override;

    Result<void> write(std::string_view bytes) override;
    /// Once, last: the file is complete and on disk, with this time. Errors: Io.
    Result<void> seal(int64_t mtime_ns);
    /// Errors: Io.
    Result<void> publish();
    uint64_t size() const;

   private:
    struct State;
    explicit ZstdFile(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace ww::image
