// SPDX-License-Identifier: BSD-3-Clause
#include "archive/cpio_writer.h"

#include <fmt/format.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <limits>

#include "archive/cpio_format.h"
#include "base/quote.h"

namespace ww::archive {

namespace {

constexpr uint64_t kBlock = 512;         // of the whole archive
constexpr size_t kReadSize = 256 << 10;  // fits the second-level cache

uint32_t clamped_time(int64_t seconds) {
    constexpr int64_t kLast = std::numeric_limits<uint32_t>::max();
    return static_cast<uint32_t>(std::clamp<int64_t>(seconds, 0, kLast));
}

}  // namespace

CpioEntry CpioEntry::from(std::string path, const struct stat& status) {
    CpioEntry entry;
    entry.path = std::move(path);
    entry.mode = status.st_mode;
    entry.uid = status.st_uid;
    entry.gid = status.st_gid;
    entry.mtime = status.st_mtim.tv_sec;
    if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode)) {
        entry.rdev_major = major(status.st_rdev);
        entry.rdev_minor = minor(status.st_rdev);
    }
    entry.links = static_cast<uint32_t>(
        std::min<uint64_t>(status.st_nlink, std::numeric_limits<uint32_t>::max()));
    entry.device = status.st_dev;
    entry.inode = status.st_ino;
    return entry;
}

Result<void> CpioWriter::check(const CpioEntry& entry, uint64_t size) const {
    const std::string& path = entry.path;
    if (path.empty() || path.front() == '/' || path.find('\0') != std::string::npos)
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("{} is no path for an archive", quote(path)));
    // A reader takes this name for the end of the archive and drops the rest.
    if (path == kCpioTrailer)
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("a file named {} cannot be in a cpio archive", kCpioTrailer));
    if (path.size() > kMaxCpioPath)
        return Error(
            ErrorCode::TooLarge,
            fmt::format("the path {}… has more than {} bytes", path.substr(0, 60), kMaxCpioPath));
    if (size > kMaxCpioFileSize)
        return Error(ErrorCode::TooLarge,
                     fmt::format("{} has {} bytes; the cpio format ends below 4 GiB", path, size))
            .with_hint("exclude it in etc/warewulf/excludes of the image, or make it smaller");
    return {};
}

CpioWriter::Group& CpioWriter::group_of(const CpioEntry& entry) {
    const auto [at, is_new] = groups_.try_emplace(FileKey(entry.device, entry.inode));
    if (is_new) at->second.number = next_number_++;
    return at->second;
}

// Our own numbers, in the order names come: the source's have 64 bits, and cut to 32 they would
// make links out of unrelated files.
uint32_t CpioWriter::number_of(const CpioEntry& entry) {
    if (entry.links > 1 && !S_ISDIR(entry.mode)) return group_of(entry).number;
    return next_number_++;
}

Result<void> CpioWriter::put(std::string_view bytes) {
    WW_TRY_VOID(out_.write(bytes));
    bytes_ += bytes.size();
    return {};
}

Result<void> CpioWriter::pad(uint64_t unit) {
    static constexpr std::array<char, kBlock> kZeros{};
    const uint64_t missing = (unit - bytes_ % unit) % unit;
    return missing == 0 ? Result<void>() : put({kZeros.data(), static_cast<size_t>(missing)});
}

Result<void> CpioWriter::put_header(const CpioEntry& entry, uint32_t number, uint64_t size) {
    // The device a file was on means nothing to a node; numbers of ours are unique without it.
    constexpr uint32_t kDevice = 0;
    const std::array<uint64_t, 13> fields{number,
                                          entry.mode,
                                          entry.uid,
                                          entry.gid,
                                          entry.links,
                                          clamped_time(entry.mtime),
                                          size,
                                          kDevice,
                                          kDevice,
                                          entry.rdev_major,
                                          entry.rdev_minor,
                                          entry.path.size() + 1,
                                          0 /* checksum */};
    fmt::memory_buffer header;
    header.append(std::string_view("070701"));
    for (const uint64_t field : fields) fmt::format_to(std::back_inserter(header), "{:08X}", field);
    header.append(entry.path.data(), entry.path.data() + entry.path.size() + 1);
    WW_TRY_VOID(put({header.data(), header.size()}));
    return pad(kCpioAlignment);
}

Result<void> CpioWriter::add(const CpioEntry& entry, std::string_view data) {
    WW_TRY_VOID(check(entry, data.size()));
    WW_TRY_VOID(put_header(entry, number_of(entry), data.size()));
    ++entries_;
    if (data.empty()) return {};
    WW_TRY_VOID(put(data));
    return pad(kCpioAlignment);
}

Result<void> CpioWriter::add_elsewhere(const CpioEntry& entry,
                                       uint64_t size,
                                       const std::function<Result<void>()>& put) {
    WW_TRY_VOID(check(entry, size));
    WW_TRY_VOID(put_header(entry, number_of(entry), size));
    ++entries_;
    WW_TRY_VOID(put());
    bytes_ += size;
    return pad(kCpioAlignment);
}

Result<void> CpioWriter::add_file(const CpioEntry& entry, uint64_t size, Opener open) {
    WW_TRY_VOID(check(entry, size));
    Waiting file{order_++, entry, size, std::move(open)};
    if (entry.links <= 1) return put_file(file, next_number_++);

    Group& group = group_of(entry);
    if (group.waiting.size() + 1 < entry.links) {
        group.waiting.push_back(std::move(file));
        return {};
    }
    const std::vector<Waiting> earlier = std::move(group.waiting);
    group.waiting.clear();
    for (auto name = earlier.rbegin(); name != earlier.rend(); ++name) {
        WW_TRY_VOID(put_header(name->entry, group.number, 0));
        ++entries_;
    }
    return put_file(file, group.number);
}

Result<void> CpioWriter::put_file(const Waiting& file, uint32_t number) {
    const std::string& path = file.entry.path;
    WW_TRY_VOID(put_header(file.entry, number, file.size));
    ++entries_;
    if (file.size == 0) return {};
    WW_TRY(const UniqueFd fd, file.open());
    buffer_.resize(kReadSize);
    for (uint64_t left = file.size; left > 0;) {
        const size_t wanted = static_cast<size_t>(std::min<uint64_t>(left, buffer_.size()));
        const ssize_t got = ::read(fd.get(), buffer_.data(), wanted);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Error::from_errno(errno, "read " + path);
        // The header is out already; what follows it must have the length it gives.
        if (got == 0)
            return Error(ErrorCode::Conflict,
                         fmt::format("{} became shorter while it was read", path));
        WW_TRY_VOID(put({buffer_.data(), static_cast<size_t>(got)}));
        left -= static_cast<uint64_t>(got);
    }
    return pad(kCpioAlignment);
}

// Files of which some names are outside the archive. Last come first, as GNU cpio does it; the
// first that came carries the content.
Result<void> CpioWriter::put_waiting() {
    struct Last {
        Waiting file;
        uint32_t number;
        bool with_content;
    };
    std::vector<Last> rest;
    for (auto& [key, group] : groups_) {
        for (Waiting& file : group.waiting) {
            const bool first = &file == &group.waiting.front();
            rest.push_back({std::move(file), group.number, first});
        }
        group.waiting.clear();
    }
    std::sort(rest.begin(), rest.end(), [](const Last& a, const Last& b) {
        return a.file.order > b.file.order;
    });
    for (const Last& last : rest) {
        if (last.with_content) {
            WW_TRY_VOID(put_file(last.file, last.number));
        } else {
            WW_TRY_VOID(put_header(last.file.entry, last.number, 0));
            ++entries_;
        }
    }
    return {};
}

Result<void> CpioWriter::finish() {
    WW_TRY_VOID(put_waiting());
    CpioEntry trailer;
    trailer.path = kCpioTrailer;
    trailer.mode = 0;
    WW_TRY_VOID(put_header(trailer, 0, 0));
    return pad(kBlock);
}

}  // namespace ww::archive
