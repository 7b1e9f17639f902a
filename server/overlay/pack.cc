// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/pack.h"

#include <sys/stat.h>

#include <algorithm>
#include <functional>
#include <map>
#include <ranges>
#include <vector>

#include "archive/gzip.h"
#include "base/path.h"
#include "overlay/static_contents.h"

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

/// From this size on a content is a piece of its own.
uint64_t piece_size(const FileTree& files) {
    std::vector<uint64_t> sizes;
    for (const auto& [path, entry] : files.entries())
        if (entry.kind == Kind::File && entry.size() >= kLargeContent)
            sizes.push_back(entry.size());
    if (sizes.size() <= kMaxPayloads) return kLargeContent;
    // As many are at least as large as what stands there.
    const auto last = sizes.begin() + static_cast<ptrdiff_t>(kMaxPayloads);
    std::nth_element(sizes.begin(), last, sizes.end(), std::greater<>());
    return *last + 1;
}

/// Of all entries that are smaller than that, with what stands before each.
size_t own_bytes(const FileTree& files, uint64_t large) {
    constexpr size_t kHeader = 128;
    size_t bytes = kHeader;
    for (const auto& [path, entry] : files.entries())
        bytes += kHeader + path.size() + (entry.size() < large ? entry.size() : 0);
    return bytes;
}

/// What is in a file, or where a link leads: a piece of its own, or bytes among others.
struct Content {
    archive::PayloadPtr piece;
    FileTree::Data bytes;

    uint32_t crc() const { return piece ? piece->shape.crc : archive::crc_of(*bytes); }
};
using Contents = std::map<std::string_view, Content>;  // by path; none of folders

Result<Contents> contents_of(const FileTree& files, Payloads& payloads, uint64_t large) {
    Contents all;
    for (const auto& [path, entry] : files.entries()) {
        if (entry.kind == Kind::Folder) continue;
        Content& content = all[path];
        if (entry.kind == Kind::File && entry.size() >= large) {
            WW_TRY(content.piece, payloads.of(entry), "packing {}", path);
        } else {
            WW_TRY(content.bytes, content_of(entry), "packing {}", path);
        }
    }
    return all;
}

using Times = std::map<std::string_view, int64_t>;

Times times_of(const FileTree& files, const Contents& contents) {
    Times times;
    // From the end, where a folder comes after what is in it.
    for (const auto& [path, entry] : files.entries() | std::views::reverse) {
        if (entry.kind == Kind::Folder) {
            times.try_emplace(path, entry.origin.time);
            continue;
        }
        int64_t time = entry.origin.time;
        if (entry.kind == Kind::File) time = time_of_content(contents.at(path).crc(), time);
        times.emplace(path, time);
        int64_t& newest = times.try_emplace(parent_of(path), time).first->second;
        newest = std::max(newest, time);
    }
    return times;
}

}  // namespace

int64_t time_of_content(uint32_t crc, int64_t since) {
    constexpr int64_t kHour = 3600;
    const int64_t past = (since - int64_t{crc}) % kHour;
    return since - (past < 0 ? past + kHour : past);
}

Result<archive::Pieces> describe(const FileTree& files, Payloads& payloads) {
    const uint64_t large = piece_size(files);
    WW_TRY(const Contents contents, contents_of(files, payloads, large));
    const Times times = times_of(files, contents);
    archive::Assembler assembler(own_bytes(files, large));
    for (const auto& [path, entry] : files.entries()) {
        archive::CpioEntry out;
        out.path = path;
        out.mode = type_bits(entry.kind) | entry.meta.mode;
        out.uid = entry.meta.uid;
        out.gid = entry.meta.gid;
        out.mtime = times.at(path);
        const auto content = contents.find(path);
        if (content == contents.end()) {
            WW_TRY_VOID(assembler.add(out));
        } else if (content->second.piece) {
            WW_TRY_VOID(assembler.add(out, content->second.piece));
        } else {
            WW_TRY_VOID(assembler.add(out, *content->second.bytes));
        }
    }
    return assembler.finish();
}

}  // namespace ww::overlay
