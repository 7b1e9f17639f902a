// SPDX-License-Identifier: BSD-3-Clause
#include "http/body_parts.h"

#include <algorithm>

namespace ww::http {

std::vector<FileSpan> cut_parts(const std::vector<FileSpan>& parts, int64_t first, int64_t length) {
    std::vector<FileSpan> cut;
    for (const FileSpan& part : parts) {
        if (length == 0) break;
        if (first >= part.length) {
            first -= part.length;
            continue;
        }
        const int64_t count = std::min(length, part.length - first);
        cut.push_back({part.file, part.offset + first, count});
        first = 0;
        length -= count;
    }
    return cut;
}

Task<int64_t> send_parts(Transport& transport,
                         const FileBody& body,
                         int64_t first,
                         int64_t length) {
    const Pace pace = length <= kSmallBody ? Pace::AtOnce : Pace::ByTurns;
    int64_t total = 0;
    const std::vector<FileSpan> parts = cut_parts(body.parts, first, length);
    for (const FileSpan& part : parts) {
        const int64_t sent =
            co_await transport.send_file({part.file->get(), part.offset, part.length}, pace);
        total += sent;
        if (sent < part.length) break;
    }
    co_return total;
}

}  // namespace ww::http
