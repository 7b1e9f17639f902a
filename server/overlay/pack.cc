// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/pack.h"

#include <sys/stat.h>

#include <algorithm>
#include <functional>
#include <vector>

namespace ww::overlay {

namespace {

mode_t type_bits(Kind kind) {
    switch (kind) {
        case Kind::Folder:
            return S_IFDIR;
        case Kind::File:
            return S_IFREG;
        case Kind::Link:
            return S_IFLNK;
    }
    return S_IFREG;
}

std::string_view data_of(const Entry& entry) {
    return entry.data ? std::string_view(*entry.data) : std::string_view();
}

/// From this size on a content is a piece of its own.
uint64_t piece_size(const FileTree& files) {
    std::vector<uint64_t> sizes;
    for (const auto& [path, entry] : files.entries())
        if (entry.kind == Kind::File && data_of(entry).size() >= kLargeContent)
            sizes.push_back(data_of(entry).size());
    if (sizes.size() <= kMaxPayloads) return kLargeContent;
    // As many are at least as large as what stands there.
    const auto last = sizes.begin() + static_cast<ptrdiff_t>(kMaxPayloads);
    std::nth_element(sizes.begin(), last, sizes.end(), std::greater<>());
    return *last + 1;
}

}  // namespace

Result<archive::Pieces> describe(const FileTree& files, Payloads& payloads, int64_t now) {
    const uint64_t large = piece_size(files);
    archive::Assembler assembler;
    for (const auto& [path, entry] : files.entries()) {
        archive::CpioEntry out;
        out.path = path;
        out.mode = type_bits(entry.kind) | entry.meta.mode;
        out.uid = entry.meta.uid;
        out.gid = entry.meta.gid;
        out.mtime = entry.origin.time != 0 ? entry.origin.time : now;
        if (entry.kind == Kind::File && data_of(entry).size() >= large) {
            WW_TRY(auto payload, payloads.of(entry), "packing {}", path);
            WW_TRY_VOID(assembler.add(out, std::move(payload)));
        } else {
            WW_TRY_VOID(assembler.add(out, data_of(entry)));
        }
    }
    return assembler.finish();
}

}  // namespace ww::overlay
