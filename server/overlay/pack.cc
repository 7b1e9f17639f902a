// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/pack.h"

#include <sys/stat.h>

#include <map>
#include <string_view>

#include "archive/cpio_reader.h"
#include "archive/cpio_writer.h"
#include "archive/pair_writer.h"

namespace ww::overlay {

namespace {

using archive::CpioRecord;

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

// Entries of an earlier archive by path. One that cannot be read counts as empty.
std::map<std::string_view, CpioRecord> entries_of(std::string_view archive) {
    std::map<std::string_view, CpioRecord> entries;
    archive::CpioReader reader(archive);
    CpioRecord record;
    for (;;) {
        const auto more = reader.next(record);
        if (!more) return {};
        if (!*more) return entries;
        entries.emplace(record.path, record);
    }
}

bool same(const CpioRecord& record, const Entry& entry) {
    return record.mode == (type_bits(entry.kind) | entry.meta.mode) &&
           record.uid == entry.meta.uid && record.gid == entry.meta.gid &&
           record.data == data_of(entry);
}

Result<std::string> to_cpio(const FileTree& files, std::string_view before, int64_t now) {
    const auto known = entries_of(before);
    archive::StringSink sink;
    archive::CpioWriter writer(sink);
    for (const auto& [path, entry] : files.entries()) {
        archive::CpioEntry out;
        out.path = path;
        out.mode = type_bits(entry.kind) | entry.meta.mode;
        out.uid = entry.meta.uid;
        out.gid = entry.meta.gid;
        const auto old = known.find(path);
        out.mtime = old != known.end() && same(old->second, entry) ? old->second.mtime : now;
        WW_TRY_VOID(writer.add(out, data_of(entry)));
    }
    WW_TRY_VOID(writer.finish());
    return std::move(sink).text();
}

}  // namespace

Result<void> pack(const FileTree& files, const std::string& path, int64_t now) {
    const std::string before = read_file(path).value_or(std::string());
    WW_TRY(const std::string cpio, to_cpio(files, before, now));
    if (cpio == before && exists(path + ".gz")) return {};
    // Overlays are small and many are made at once: one thread each.
    archive::PairOptions options;
    options.threads = 1;
    WW_TRY(auto writer, archive::PairWriter::create(path, options));
    WW_TRY_VOID(writer.write(cpio));
    WW_TRY(const auto result, writer.commit());
    (void)result;
    return {};
}

}  // namespace ww::overlay
