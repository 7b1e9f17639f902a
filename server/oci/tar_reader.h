// SPDX-License-Identifier: BSD-3-Clause
//
// TarReader: the entries of a tar stream (ustar, pax, GNU with its sparse files) one after the
// other, as they are written. It judges nothing: names may be absolute or lead out, and who puts
// entries on a disk has to see to it that they do not. Source: POSIX pax, tar(5).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "oci/byte_source.h"

namespace ww::oci {

struct TarEntry {
    std::string path;       // bytes as in the archive
    std::string hard_link;  // path of the other name; not empty: this is one more name
    std::string link;       // target of a symbolic link
    mode_t mode = 0;        // with the type
    uid_t uid = 0;
    gid_t gid = 0;
    uint64_t size = 0;  // of the file, holes included
    dev_t device = 0;   // of a device
    timespec mtime{};
    timespec atime{};                                             // that of mtime if there is none
    std::vector<std::pair<std::string, std::string>> attributes;  // name, value
};

/// Bytes of a file and where they belong; between them are holes.
struct TarPiece {
    uint64_t offset = 0;
    std::string_view bytes;
};

/// One thread.
class TarReader {
   public:
    /// `plain`, an uncompressed tar, must outlive it.
    explicit TarReader(ByteSource& plain);
    ~TarReader();

    /// The next entry into `entry`; false at the end. Errors: Unprocessable (no tar, damaged, cut
    /// short), TooLarge (a header over libarchive's limits), those of `plain`.
    Result<bool> next(TarEntry& entry);
    /// The next bytes of the entry at hand, valid until the next call; no bytes at its end.
    Result<TarPiece> piece();

   private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace ww::oci
