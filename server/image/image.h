// SPDX-License-Identifier: BSD-3-Clause
//
// Images: where images are on disk and what there is of each. An image is a folder CHROOTS/NAME
// with a "rootfs" in it; what nodes download is built from that into PROVISION/images. Nothing is
// kept in memory: every question is put to the disk. Source: reference/images-and-boot.md §1.1,
// §1.2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/confined_dir.h"
#include "base/result.h"
#include "image/variant.h"

namespace ww::image {

/// Letters, digits, "_", "-", "." and ":"; not "." or "..", which are folders that hold much more
/// than an image.
bool valid_name(std::string_view name);

/// The name an import takes from its source when none is given: the last part of the path or
/// reference as typed ("./rocky-9/" gives "rocky-9", "docker://host/a/b:9" gives "b:9").
std::string name_from_source(std::string_view source);

/// A cheap value; any number of threads may use the same one.
class Images {
   public:
    /// `chroots` and `provision` as in warewulf.conf: wwchrootdir and wwprovisiondir.
    /// `content`: the folder of the site's content store; empty: no generations are kept.
    Images(std::string chroots, std::string provision, std::string content = {})
        : chroots_(std::move(chroots)),
          provision_(std::move(provision)),
          content_(std::move(content)) {}

    const std::string& chroots() const { return chroots_; }
    const std::string& content() const { return content_; }

    std::string source(std::string_view name) const;    // CHROOTS/NAME
    std::string rootfs(const Variant& tree) const;      // CHROOTS/NAME/rootfs[.ARCH]
    std::string built(const Variant& tree) const;       // PROVISION/images/NAME[@ARCH].img
    std::string compressed(const Variant& tree) const;  // PROVISION/images/NAME[@ARCH].img.gz
    std::string zstd(const Variant& tree) const;        // PROVISION/images/NAME[@ARCH].img.zst
    std::string built_folder() const;                   // PROVISION/images

    /// A valid name whose tree is a folder, possibly by way of a link. An image without a first
    /// tree is none, whatever else is in its folder.
    bool exists(const Variant& tree) const;
    /// CHROOTS/NAME/readonly is there and not a folder.
    bool readonly(std::string_view name) const;

    /// All images in byte order. Makes the folder CHROOTS where there is none.
    Result<std::vector<std::string>> list() const;

    /// The trees of one image, the first one first, the others by their architecture's name. None
    /// for what is no image.
    std::vector<Variant> variants(std::string_view name) const;

    /// The root file system, opened so that nothing in it leads out.
    /// Errors: NotFound (also for names that are not valid), PermissionDenied, Io.
    Result<ConfinedDir> open(const Variant& tree) const;

   private:
    std::string chroots_;
    std::string provision_;
    std::string content_;
};

/// What lists show. Times are Unix seconds, 0 where there is no such file.
struct ImageFacts {
    int64_t created = 0;  // mtime of CHROOTS/NAME
    int64_t built = 0;    // mtime of the .img
    uint64_t size = 0;    // of the .img
    uint64_t compressed_size = 0;
    uint64_t zstd_size = 0;  // 0: there is none that belongs to the .img
    bool writable = true;
};
ImageFacts image_facts(const Images& images, const Variant& tree);

/// The zstd copy, if it is of the archive that is served. Errors: NotFound, Io.
Result<UniqueFd> open_zstd(const Images& images, const Variant& tree);

/// Sizes of everything but folders below CHROOTS/NAME, as lstat gives them; a second name of a file
/// counts again. Unreadable parts count nothing.
uint64_t source_size(const Images& images, std::string_view name);

}  // namespace ww::image
