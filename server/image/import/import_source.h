// SPDX-License-Identifier: BSD-3-Clause
//
// What an administrator typed as the source of an import: a folder, a tar, an OCI layout, or
// something that skopeo brings. Source: reference/images-and-boot.md §1.4.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ww::image {

struct ImportSource {
    enum class Kind {
        Folder,    // a root file system: path
        Tar,       // the same in a tar, packed or not: path
        TarUrl,    // the same at http:// or https://: path is the URL
        Layout,    // an OCI layout: path, and the image's name in it
        Archive,   // Docker's or OCI's archive: the same
        Registry,  // docker://: reference
        Skopeo,    // any other transport: reference, as skopeo writes it
    };
    Kind kind = Kind::Folder;
    std::string path;
    std::string reference;  // "docker://quay.io/x:9", "docker-daemon:x:9"
    std::string name;       // of the image in a layout or archive; empty: the only one

    /// Whether only root may: it reads this machine's files, or other people's containers.
    bool local() const { return kind != Kind::Registry && kind != Kind::TarUrl; }
};

/// Looks at what a path leads to; a file is looked into, to tell a root file system from Docker's
/// and OCI's archives. Errors: InvalidArgument, NotFound, Unprocessable, Io; as upstream words them
/// where it has words.
Result<ImportSource> import_source(std::string_view typed);

}  // namespace ww::image
