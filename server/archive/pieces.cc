// SPDX-License-Identifier: BSD-3-Clause
#include "archive/pieces.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "archive/gzip.h"
#include "base/digest.h"

namespace ww::archive {

namespace {

constexpr size_t kPieceRead = 256 << 10;

Result<void> write_span(const FileSpan& span, ByteSink& out) {
    std::string buffer;
    for (int64_t done = 0; done < span.length;) {
        buffer.resize(std::min(kPieceRead, static_cast<size_t>(span.length - done)));
        const ssize_t got =
            ::pread(span.file->get(), buffer.data(), buffer.size(), span.offset + done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Error::from_errno(errno, "read a part of an archive");
        if (got == 0)
            return Error(ErrorCode::Conflict, "a part of an archive is shorter than it was");
        WW_TRY_VOID(out.write({buffer.data(), static_cast<size_t>(got)}));
        done += got;
    }
    return {};
}

/// The own bytes that came since the last piece of them.
void describe_own(std::vector<Piece>& list, uint64_t& described, uint64_t end) {
    if (end > described) list.push_back({nullptr, described, end - described});
    described = end;
}

}  // namespace

std::string Pieces::digest() const {
    Sha256 digest;
    for (const Piece& piece : list) {
        if (piece.payload) {
            digest.update(fmt::format(
                "shared {}:{}+{}\n", piece.payload->digest, piece.offset, piece.length));
        } else {
            digest.update(fmt::format("own {}\n", piece.length));
            digest.update(std::string_view(*own).substr(piece.offset, piece.length));
        }
    }
    return to_hex(digest.finish());
}

Result<void> Pieces::write(ByteSink& out, uint64_t first, uint64_t length) const {
    for (const Piece& piece : list) {
        if (length == 0) break;
        if (first >= piece.length) {
            first -= piece.length;
            continue;
        }
        const uint64_t count = std::min(length, piece.length - first);
        const uint64_t offset = piece.offset + first;
        if (piece.payload) {
            WW_TRY_VOID(write_span(
                {piece.payload->file, static_cast<int64_t>(offset), static_cast<int64_t>(count)},
                out));
        } else {
            WW_TRY_VOID(out.write(std::string_view(*own).substr(offset, count)));
        }
        first = 0;
        length -= count;
    }
    return {};
}

Result<void> Assembler::add(const CpioEntry& entry, std::string_view data) {
    return cpio_.add(entry, data);
}

Result<void> Assembler::add(const CpioEntry& entry, PayloadPtr content) {
    const uint64_t size = content->shape.size;
    return cpio_.add_elsewhere(entry, size, [&]() -> Result<void> {
        describe_own(list_, described_, own_.text().size());
        if (size > 0) list_.push_back({std::move(content), 0, size});
        return {};
    });
}

Result<Pieces> Assembler::finish() {
    WW_TRY_VOID(cpio_.finish());
    describe_own(list_, described_, own_.text().size());
    return Pieces{std::make_shared<const std::string>(std::move(own_).text()),
                  std::move(list_),
                  cpio_.bytes()};
}

Pieces gzip(const Pieces& plain) {
    Pieces packed;
    std::string own(gzip_head());
    uint64_t described = 0;
    uint32_t crc = 0;
    for (const Piece& piece : plain.list) {
        if (piece.payload) {
            const PayloadShape& shape = piece.payload->shape;
            describe_own(packed.list, described, own.size());
            packed.list.push_back({piece.payload, shape.size, shape.packed_size});
            crc = joined_crc(crc, shape.crc, shape.size);
        } else {
            const auto bytes = std::string_view(*plain.own).substr(piece.offset, piece.length);
            crc = joined_crc(crc, append_run(bytes, own), piece.length);
        }
    }
    own += gzip_tail(crc, plain.size);
    describe_own(packed.list, described, own.size());
    for (const Piece& piece : packed.list) packed.size += piece.length;
    packed.own = std::make_shared<const std::string>(std::move(own));
    return packed;
}

}  // namespace ww::archive
