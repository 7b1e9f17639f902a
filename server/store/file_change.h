// SPDX-License-Identifier: BSD-3-Clause
//
// What became of files of an overlay by a command: as the journal keeps it, and as it is told.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ww::store {

/// A file as it was.
struct KeptFile {
    enum class Type : uint8_t { File, Folder, Link };

    Type type = Type::File;
    uint32_t mode = 0;  // permission bits
    uint32_t uid = 0;
    uint32_t gid = 0;
    uint64_t size = 0;                // bytes
    std::string digest;               // SHA-256 of the content, hex; of a file
    std::optional<std::string> text;  // the content of a small file; where a link leads

    bool operator==(const KeptFile&) const = default;
};

/// One file before and after; nothing: it was not there. An empty path is the overlay itself.
struct FileChange {
    std::string overlay;
    std::string path;  // in the overlay, clean, without a slash before it
    std::optional<KeptFile> before;
    std::optional<KeptFile> after;

    bool operator==(const FileChange&) const = default;

    /// "generic:/etc/motd"
    std::string name() const { return overlay + ":/" + path; }
};

/// "overlay generic:/etc/motd"; of several "overlay generic (3 files)".
std::string name_files(const std::vector<FileChange>& files);

/// A line for each: what became of it.
std::string describe(const std::vector<FileChange>& files);

/// With what changed in the texts, as diff -u tells it.
std::string text_diff(const std::vector<FileChange>& files);

/// One change of each file out of several, which are in the order they were made.
std::vector<FileChange> joined(const std::vector<FileChange>& files);
/// The same the other way round.
std::vector<FileChange> reversed(std::vector<FileChange> files);

}  // namespace ww::store
