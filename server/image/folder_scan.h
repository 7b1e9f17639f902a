// SPDX-License-Identifier: BSD-3-Clause
//
// FolderScan: looks into folders of an image and remembers which, and in what state they were. As long
// as none of them changed, the same look would find the same names, so a result can be kept.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/confined_dir.h"

namespace ww::image {

/// Not thread-safe; once scanning is over, still_valid() may be called from any thread.
class FolderScan {
   public:
    /// `rootfs` must outlive the scan, but not still_valid().
    explicit FolderScan(const ConfinedDir& rootfs);

    /// Names in `folder` that match `pattern` ("*" stands for any characters), in byte order. Links on
    /// the way to `folder` are followed inside the image. A missing folder has none.
    std::vector<std::string> names(const std::string& folder, std::string_view pattern);

    /// As names(), but without folders; a link counts as a file wherever it leads.
    std::vector<std::string> files(const std::string& folder, std::string_view pattern);

    /// Whether opening `path` would find something: follows links.
    bool reaches(const std::string& path);

    /// Whether a scan of `rootfs` now would give the same. False also if a folder changed so shortly
    /// before it was read that a further change could have got the same time stamp.
    bool still_valid(const ConfinedDir& rootfs) const;

   private:
    struct Folder {
        std::optional<FileIdentity> identity;  // none: it was not there
        std::vector<std::string> names;
    };
    const Folder& folder(const std::string& path);

    const ConfinedDir& rootfs_;
    std::map<std::string, Folder> folders_;
    bool lasting_ = true;
};

}  // namespace ww::image
