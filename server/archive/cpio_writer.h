// SPDX-License-Identifier: BSD-3-Clause
//
// Writes the cpio "newc" format that the Linux kernel unpacks as an initramfs: the form of every
// image and overlay a node gets. By hand, because libarchive's newc writer truncates inode numbers
// to 32 bits (unrelated files become links of each other) and leaves hard links to its caller,
// while the format itself is a page. Laid out as GNU cpio does with --renumber-inodes, so that
// images keep the order old tools and scripts know. Source: cpio(5) "New ASCII Format"; the
// kernel's Documentation/driver-api/early-userspace/buffer-format.rst.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "archive/byte_sink.h"
#include "base/file.h"

namespace ww::archive {

/// What an archive says about one name. A plain value: fill in what matters.
struct CpioEntry {
    std::string path;         // relative, no "./" in front, no "/" at the end
    uint32_t mode = 0100644;  // type and permissions, as st_mode
    uint32_t uid = 0;
    uint32_t gid = 0;
    int64_t mtime = 0;        // Unix seconds; clamped to what the format can hold (1970 to 2106)
    uint32_t rdev_major = 0;  // devices only
    uint32_t rdev_minor = 0;
    uint32_t links = 1;   // names this file has; more than 1 on a file makes add_file() wait for
    uint64_t device = 0;  // the others, which it knows by device and inode
    uint64_t inode = 0;

    /// Everything but the path from a stat.
    static CpioEntry from(std::string path, const struct stat& status);
};

/// The format has 32 bits for a size.
inline constexpr uint64_t kMaxCpioFileSize = 0xffffffff;
/// The kernel silently drops longer names (PATH_MAX with the NUL).
inline constexpr size_t kMaxCpioPath = 4095;

/// Not thread-safe. Errors of `out` come back unchanged.
class CpioWriter {
   public:
    /// Opens a file's content, positioned at its start. May be called after add_file() has
    /// returned.
    using Opener = std::function<Result<UniqueFd>()>;

    explicit CpioWriter(ByteSink& out) : out_(out) {}

    /// An entry whose content is at hand: a file's bytes, a link's target, nothing for the rest.
    /// Errors: TooLarge (size or path), InvalidArgument (empty path, NUL in the path).
    Result<void> add(const CpioEntry& entry, std::string_view data = {});

    /// A regular file of `size` bytes read from `open`. Of a file with several names the earlier
    /// ones wait until the last has come, which carries the content. Errors: as add(), and Conflict
    /// if the file turns out shorter (it changed meanwhile).
    Result<void> add_file(const CpioEntry& entry, uint64_t size, Opener open);

    /// A regular file whose `size` bytes `put` sends on their way, past this writer's sink.
    /// Errors: as add(), and those of `put`.
    Result<void> add_elsewhere(const CpioEntry& entry,
                               uint64_t size,
                               const std::function<Result<void>()>& put);

    /// Writes what still waits for names that never came, the trailer, and zeros up to 512 bytes.
    Result<void> finish();

    uint64_t bytes() const { return bytes_; }
    uint64_t entries() const { return entries_; }

   private:
    struct Waiting {
        uint64_t order = 0;  // among all that wait
        CpioEntry entry;
        uint64_t size = 0;
        Opener open;
    };
    /// A file with several names: the number they share, and those that came so far.
    struct Group {
        uint32_t number = 0;
        std::vector<Waiting> waiting;
    };
    using FileKey = std::pair<uint64_t, uint64_t>;  // device, inode

    Result<void> check(const CpioEntry& entry, uint64_t size) const;
    Group& group_of(const CpioEntry& entry);
    uint32_t number_of(const CpioEntry& entry);
    Result<void> put(std::string_view bytes);
    Result<void> pad(uint64_t unit);
    Result<void> put_header(const CpioEntry& entry, uint32_t number, uint64_t size);
    Result<void> put_file(const Waiting& file, uint32_t number);
    Result<void> put_waiting();

    ByteSink& out_;
    uint64_t bytes_ = 0;
    uint64_t entries_ = 0;
    uint64_t order_ = 0;
    uint32_t next_number_ = 0;
    std::map<FileKey, Group> groups_;
    std::string buffer_;  // for content on its way; made when first needed
};

}  // namespace ww::archive
