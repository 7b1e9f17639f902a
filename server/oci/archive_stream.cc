// SPDX-License-Identifier: BSD-3-Clause
#include "oci/archive_stream.h"

#include <archive.h>

#include <cerrno>

#include "base/quote.h"

namespace ww::oci {

/// What libarchive calls for more bytes.
struct ArchiveStream::Callback {
    static la_ssize_t read(struct archive* archive, void* self, const void** bytes) {
        auto& stream = *static_cast<ArchiveStream*>(self);
        auto piece = stream.from_.next();
        if (!piece) {
            stream.failed_ = piece.error();
            archive_set_error(archive, EIO, "the source failed");
            return -1;
        }
        *bytes = piece->data();
        return static_cast<la_ssize_t>(piece->size());
    }
};

Result<std::unique_ptr<ArchiveStream>> ArchiveStream::open(ByteSource& from, Form form) {
    std::unique_ptr<ArchiveStream> stream(new ArchiveStream(from));
    struct archive* const archive = stream->archive_ = archive_read_new();
    if (archive == nullptr) return Error(ErrorCode::Io, "no memory to read an archive");
    if (form == Form::Raw) {
        // By name: libarchive would run programs for those that it was not built with. A filter it
        // has no code for is a warning, and the stream then an error. Not xz: see decompress.cc.
        archive_read_support_filter_zstd(archive);
        archive_read_support_filter_lzma(archive);
        archive_read_support_filter_bzip2(archive);
        archive_read_support_filter_lz4(archive);
        archive_read_support_format_raw(archive);
    } else {
        archive_read_support_format_tar(archive);
    }
    archive_read_support_format_empty(archive);
    if (archive_read_open(archive, stream.get(), nullptr, &Callback::read, nullptr) != ARCHIVE_OK)
        return stream->failure("read");
    return stream;
}

ArchiveStream::~ArchiveStream() {
    if (archive_ != nullptr) archive_read_free(archive_);
}

Error ArchiveStream::failure(std::string_view what) const {
    if (failed_) return *failed_;
    const char* const why = archive_error_string(archive_);
    const ErrorCode code =
        archive_errno(archive_) == ENOMEM ? ErrorCode::TooLarge : ErrorCode::Unprocessable;
    return Error(code,
                 fmt::format("cannot {} the archive: {}",
                             what,
                             why != nullptr ? quote(why) : std::string("damaged")));
}

}  // namespace ww::oci
