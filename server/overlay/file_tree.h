// SPDX-License-Identifier: BSD-3-Clause
//
// FileTree: the files of one overlay image while it is put together, in memory. Holds the rules for
// what happens when two overlays bring the same path. Nothing is ever written through a link, so an
// overlay cannot reach outside its image. Source: reference/overlays.md §4.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"
#include "overlay/mode_and_owner.h"

namespace ww::overlay {

enum class Kind : uint8_t { Folder, File, Link };

/// What becomes of a file that another takes the place of.
enum class Backup { No, Once };

/// A file of an overlay that goes to nodes as it is.
struct StaticFile {
    std::string path;
    FileIdentity identity;  // as it was when its content was read
};

/// Where an entry comes from.
struct Origin {
    int64_t time = 0;                        // Unix seconds: since when it is what it is
    std::shared_ptr<const StaticFile> file;  // null: not a plain file of an overlay
};

struct Entry {
    Kind kind = Kind::File;
    ModeAndOwner meta;
    // Content of a file, target of a link. Null: a folder, or a large file that is read when it is
    // packed (static_contents.h).
    std::shared_ptr<const std::string> data;
    Backup backup = Backup::Once;  // what it asks for when it replaces something
    Origin origin;

    /// Bytes of its content; of a file that is not read yet, as it was when it was looked at.
    uint64_t size() const {
        if (data) return data->size();
        return origin.file ? static_cast<uint64_t>(origin.file->identity.size) : 0;
    }
};

class FileTree {
   public:
    /// Whose content is the same has the same pointer, for all nodes, as far as it is known here.
    using Data = std::shared_ptr<const std::string>;

    /// An existing folder keeps its mode and takes the new owner.
    Result<void> add_folder(const std::string& path, const ModeAndOwner& meta, Origin origin = {});
    /// Replaces a file or link. With Backup::Once what was there stays as "path.wwbackup", if
    /// nothing has that name yet.
    Result<void> add_file(const std::string& path,
                          const ModeAndOwner& meta,
                          Data data,
                          Backup backup,
                          Origin origin = {});
    /// Replaces a file or link, which stays as "path.wwbackup", once.
    Result<void> add_link(const std::string& path,
                          std::string target,
                          const ModeAndOwner& meta,
                          Origin origin = {});
    /// Folders above `path` that are missing, owned by root.
    Result<void> add_parents(const std::string& path, mode_t mode, const Origin& origin = {});

    bool has_folder(const std::string& path) const;  // "" is the root, always there
    /// In byte order of the paths, so a folder comes before what it holds. No entry for the root.
    const std::map<std::string, Entry>& entries() const { return entries_; }

   private:
    Result<void> make_way(const std::string& path, Backup backup);

    std::map<std::string, Entry> entries_;
};

/// Where a name given to `file` ends up: absolute names count from the image's root, others from
/// the template's folder. The result has no leading slash. Error: InvalidArgument when it leaves
/// the image.
Result<std::string> output_path(std::string_view template_folder, std::string_view name);

}  // namespace ww::overlay
