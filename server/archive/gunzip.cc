// SPDX-License-Identifier: BSD-3-Clause
#include "archive/gunzip.h"

#include <zlib.h>

#include <limits>
#include <memory>
#include <vector>

namespace ww::archive {

namespace {

constexpr size_t kPiece = 256 << 10;
constexpr int kGzipOnly = 15 + 16;  // window bits, and no other wrapper than gzip

Error damaged(std::string_view how) {
    return Error(ErrorCode::Unprocessable, fmt::format("the gzip data is {}", how));
}

}  // namespace

Result<std::string> gunzip(std::string_view bytes, uint64_t max_bytes) {
    z_stream stream{};
    if (::inflateInit2(&stream, kGzipOnly) != Z_OK)
        return Error(ErrorCode::Io, "no memory to unpack gzip");
    const std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, &::inflateEnd);

    std::string out;
    std::vector<unsigned char> piece(kPiece);
    bool inside = true;  // a member has begun and not ended
    for (;;) {
        if (stream.avail_in == 0 && !bytes.empty()) {
            const std::string_view next = bytes.substr(0, std::numeric_limits<uInt>::max());
            stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(next.data()));
            stream.avail_in = static_cast<uInt>(next.size());
            bytes.remove_prefix(next.size());
        }
        if (!inside) {
            // Between members: zeros are padding, anything else must be another member.
            while (stream.avail_in > 0 && *stream.next_in == 0) {
                ++stream.next_in;
                --stream.avail_in;
            }
            if (stream.avail_in == 0) {
                if (bytes.empty()) return out;
                continue;
            }
            ::inflateReset(&stream);
            inside = true;
        }
        stream.next_out = piece.data();
        stream.avail_out = static_cast<uInt>(piece.size());
        const int result = ::inflate(&stream, Z_NO_FLUSH);
        const size_t got = piece.size() - stream.avail_out;
        if (got > max_bytes - out.size())
            return Error(ErrorCode::TooLarge,
                         fmt::format("the gzip data unpacks to more than {} bytes", max_bytes));
        out.append(reinterpret_cast<const char*>(piece.data()), got);
        if (result == Z_STREAM_END) {
            inside = false;
        } else if (result == Z_BUF_ERROR && stream.avail_in == 0 && bytes.empty()) {
            return damaged("cut short");
        } else if (result != Z_OK) {
            return damaged(stream.msg != nullptr ? stream.msg : "damaged");
        }
    }
}

}  // namespace ww::archive
