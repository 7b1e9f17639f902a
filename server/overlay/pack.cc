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

using Large = std::map<std::string_view, archive::PayloadPtr>;  // by path
using Times = std::map<std::string_view, int64_t>;

Result<Large> large_contents(const FileTree& files, Payloads& payloads) {
    const uint64_t large = piece_size(files);
    Large found;
    for (const auto& [path, entry] : files.entries()) {
        if (entry.kind != Kind::File || data_of(entry).size() < large) continue;
        WW_TRY(auto payload, payloads.of(entry), "packing {}", path);
        found.emplace(path, std::move(payload));
    }
    return found;
}

Times times_of(const FileTree& files, const Large& large) {
    Times times;
    // From the end, where a folder comes after what is in it.
    for (const auto& [path, entry] : files.entries() | std::views::reverse) {
        if (entry.kind == Kind::Folder) {
            times.try_emplace(path, entry.origin.time);
            continue;
        }
        int64_t time = entry.origin.time;
        if (entry.kind == Kind::File) {
            const auto known = large.find(path);
            time = time_of_content(
                known == large.end() ? archive::crc_of(data_of(entry)) : known->second->shape.crc,
                time);
        }
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
    WW_TRY(const Large large, large_contents(files, payloads));
    const Times times = times_of(files, large);
    archive::Assembler assembler;
    for (const auto& [path, entry] : files.entries()) {
        archive::CpioEntry out;
        out.path = path;
        out.mode = type_bits(entry.kind) | entry.meta.mode;
        out.uid = entry.meta.uid;
        out.gid = entry.meta.gid;
        out.mtime = times.at(path);
        if (const auto known = large.find(path); known != large.end())
            WW_TRY_VOID(assembler.add(out, known->second));
        else
            WW_TRY_VOID(assembler.add(out, data_of(entry)));
    }
    return assembler.finish();
}

}  // namespace ww::overlay
