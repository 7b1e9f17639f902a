// SPDX-License-Identifier: BSD-3-Clause
//
// ArchiveStream: libarchive reading from a ByteSource. Private to this layer.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "oci/byte_source.h"

struct archive;

namespace ww::oci {

class ArchiveStream {
   public:
    enum class Form {
        Raw,  // any filter but gzip and xz, nothing inside: the plain bytes as one entry
        Tar,  // no filter: ustar, pax, GNU
    };

    /// `from` must outlive it. Errors: Io (no memory), those of `from` while the first bytes are
    /// looked at, Unprocessable (it is none).
    static Result<std::unique_ptr<ArchiveStream>> open(ByteSource& from, Form form);
    ~ArchiveStream();
    ArchiveStream(const ArchiveStream&) = delete;
    ArchiveStream& operator=(const ArchiveStream&) = delete;

    struct archive* get() const { return archive_; }
    /// Why the last call failed: the error of `from`, if it was that.
    Error failure(std::string_view what) const;

   private:
    explicit ArchiveStream(ByteSource& from) : from_(from) {}
    struct Callback;

    ByteSource& from_;
    struct archive* archive_ = nullptr;
    std::optional<Error> failed_;
};

}  // namespace ww::oci
