// SPDX-License-Identifier: BSD-3-Clause
//
// FolderScan: looks into folders of an image and remembers which, and in what state they were. As
// long as none of them changed, the same look would find the same names, so what was found can be
// kept.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/confined_dir.h"

namespace ww::image {

/// The folders a scan looked into, as they were then.
class FolderStates {
   public:
    /// Whether a scan of `rootfs` now would find the same. A stat for each folder, no more.
    bool hold(const ConfinedDir& rootfs) const;

   private:
    friend class FolderScan;
    std::map<std::string, std::optional<FileIdentity>> folders_;  // none: it was not there
    bool lasting_ = true;
};

/// Not thread-safe. `rootfs` must outlive it.
class FolderScan {
   public:
    explicit FolderScan(const ConfinedDir& rootfs) : rootfs_(rootfs) {}

    /// Names in `folder` that match `pattern` ("*" stands for any characters), in byte order. Links
    /// on the way to `folder` are followed inside the image. A missing folder has none.
    std::vector<std::string> names(const std::string& folder, std::string_view pattern);

    /// As names(), but without folders; a link counts as a file wherever it leads.
    std::vector<std::string> files(const std::string& folder, std::string_view pattern);

    /// Whether opening `path` would find something: follows links, inside the image.
    bool reaches(const std::string& path);

    const FolderStates& states() const { return states_; }

   private:
    const std::vector<std::string>& list(const std::string& folder);

    const ConfinedDir& rootfs_;
    std::map<std::string, std::vector<std::string>> lists_;
    FolderStates states_;
};

}  // namespace ww::image
