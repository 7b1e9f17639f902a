// SPDX-License-Identifier: BSD-3-Clause
//
// TreeTarget: a tree that is being put together from entries whose names nobody vouches for. Finds
// the folder an entry belongs in, makes room for it, and gives it its owner, mode, attributes and
// times. Private to unpacking.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <ctime>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/confined_dir.h"
#include "base/file.h"
#include "base/result.h"
#include "oci/tar_reader.h"

namespace ww::oci {

/// Where an entry goes: an open folder and a name in it.
struct Spot {
    int folder = -1;
    ino_t inode = 0;  // of the folder
    std::string name;
};

class TreeTarget {
   public:
    explicit TreeTarget(const ConfinedDir& tree) : tree_(tree) {}

    /// What is put in from now on is not removed by remove_lower().
    void begin_layer();
    /// Gives folders their times back: whatever was put into one changed them.
    Result<void> end_layer();

    /// The folder of `path` (clean, relative, not empty), which is made where it is missing. Links
    /// on the way lead within the tree. Valid until the next call. Errors: Unprocessable (a file
    /// is in the way), Io.
    Result<Spot> spot(std::string_view path);

    /// Removes what has the name, unless it is a folder and one is wanted.
    Result<void> make_way(const Spot& spot, bool for_folder);
    /// The name is of this layer.
    void remember(const Spot& spot) { here_.emplace(spot.inode, spot.name); }

    /// What of `spot` came with earlier layers: all of it, or what this layer did not put in.
    Result<void> remove_lower(const Spot& spot);
    /// The same for what is in the folder `path`, which stays.
    Result<void> empty_lower(std::string_view path);

    /// Of a file that is open for writing.
    Result<void> finish_file(int fd, const TarEntry& entry);
    Result<void> finish_folder(const Spot& spot, const TarEntry& entry);
    /// Of a link, a device, a FIFO.
    Result<void> finish_special(const Spot& spot, const TarEntry& entry);
    /// The root of the tree itself.
    Result<void> finish_root(const TarEntry& entry);

    /// As Unpacker::not_kept().
    const std::string& not_kept() const { return not_kept_; }

   private:
    struct FolderTimes {
        std::string path;
        timespec atime{};
        timespec mtime{};
    };

    Result<void> enter(std::string_view folder);
    Result<void> make_folder(const std::string& folder);
    Result<void> make_linked_folder(const std::string& link);
    /// Before something in it changes.
    void keep_times(const std::string& path, const struct stat& status);
    Result<void> remove_lower_in(int folder, int depth, bool& emptied);
    Result<void> apply(int fd, const TarEntry& entry, bool fresh);
    Result<void> apply_attributes(int fd, const TarEntry& entry, bool fresh);
    /// `set(name, value)`: 0, or -1 with errno.
    Result<void> set_attributes(const TarEntry& entry,
                                const std::function<int(const char*, std::string_view)>& set);

    const ConfinedDir& tree_;
    UniqueFd folder_;  // the last spot's
    std::string folder_path_;
    ino_t folder_inode_ = 0;
    int links_ = 0;                                 // followed to make one folder
    std::set<std::pair<ino_t, std::string>> here_;  // folder and name of what this layer has
    std::map<ino_t, FolderTimes> times_;            // of folders that were changed, by inode
    bool warned_ = false;
    std::string not_kept_;
};

}  // namespace ww::oci
