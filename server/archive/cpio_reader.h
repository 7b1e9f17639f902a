// SPDX-License-Identifier: BSD-3-Clause
//
// Reads the cpio "newc" format, strictly, from memory. The input may come from anybody: every
// number is checked against what is left of it before it is used, and nothing is copied.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "archive/cpio_writer.h"
#include "base/result.h"

namespace ww::archive {

/// One entry as it stands in the archive. Views point into the archive's bytes.
struct CpioRecord {
    std::string_view path;  // as written: may be absolute or hold ".."; see safe_cpio_path()
    std::string_view data;  // a file's content or a link's target
    uint32_t inode = 0;
    uint32_t mode = 0;
    uint32_t uid = 0;
    uint32_t gid = 0;
    uint32_t links = 0;
    uint32_t mtime = 0;
    uint32_t device_major = 0;
    uint32_t device_minor = 0;
    uint32_t rdev_major = 0;
    uint32_t rdev_minor = 0;
};

class CpioReader {
   public:
    /// `archive` must outlive the reader and all records.
    explicit CpioReader(std::string_view archive) : archive_(archive) {}

    /// The next entry into `record`; false at the trailer. What follows the trailer is not looked
    /// at. Errors: Unprocessable, naming the offset, for anything that is not newc, also for an
    /// archive that ends without a trailer.
    Result<bool> next(CpioRecord& record);

   private:
    std::string_view archive_;
    size_t position_ = 0;
    bool ended_ = false;
};

/// The path without "./" and "/" in front, for use below a folder of the caller's; empty for the
/// folder itself (".", "/"). Errors: Unprocessable for a path with "..", an empty part or a NUL.
Result<std::string> safe_cpio_path(std::string_view path);

}  // namespace ww::archive
