// SPDX-License-Identifier: BSD-3-Clause
//
// Changes of overlays on disk, for the command line and the API. All of them happen in the site's
// folder: an overlay of the distribution is first copied there as a whole. Paths are resolved
// inside the overlay, so no link in it leads a change outside. Source: reference/overlays.md §1.4,
// §6.1.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <string_view>

#include "base/confined_dir.h"
#include "overlay/site.h"

namespace ww::overlay {

/// Copies a whole folder into an existing empty one, owners, modes, times and links included.
using CopyTree = std::function<Result<void>(const std::string& from, const std::string& to)>;

struct FileContent {
    std::string_view text;
    mode_t mode = 0644;  // of a new file; an existing one keeps its own
    uid_t uid = 0;
    gid_t gid = 0;
};

struct WriteOptions {
    bool parents = false;    // make missing folders: the file's mode, and x wherever it has r
    bool overwrite = false;  // replace an existing file
    std::string into_name;   // if the path is a folder: the file's name in it
};

/// One thread. Two editors of one overlay at once do not damage it; the later one wins.
class Editor {
   public:
    /// Both must outlive the editor.
    Editor(const Folders& folders, const CopyTree& copy) : folders_(folders), copy_(copy) {}

    /// Errors: AlreadyExists (a site overlay of that name), InvalidArgument (the name), Io.
    Result<void> create(const std::string& name) const;

    /// A distribution overlay is refused, and one that is not empty unless `force`.
    /// Errors: NotFound, FailedPrecondition, Io.
    Result<void> remove(const std::string& name, bool force) const;

    /// Errors: NotFound (overlay, or a folder above the file), AlreadyExists, InvalidArgument (the
    /// path leaves the overlay, or is a folder), Io.
    Result<void> write_file(const std::string& name,
                            std::string_view path,
                            const FileContent& content,
                            const WriteOptions& options) const;

    /// With `parents`, folders that become empty go too. Errors: NotFound (also for a folder), Io.
    Result<void> remove_file(const std::string& name, std::string_view path, bool parents) const;

    /// Parents are made with the same mode. False if the folder was there; it is not changed then.
    Result<bool> make_folder(const std::string& name, std::string_view path, mode_t mode) const;

    /// An empty one. Errors: NotFound, Io.
    Result<void> remove_folder(const std::string& name, std::string_view path) const;

    /// A symbolic link to `leads_to`, which is not looked at. Errors: NotFound (a folder above it),
    /// AlreadyExists, Io.
    Result<void> make_link(const std::string& name,
                           std::string_view path,
                           const std::string& leads_to) const;

    /// Both follow links. Errors: NotFound, Io.
    Result<void> change_mode(const std::string& name, std::string_view path, mode_t mode) const;
    /// An id of -1 stays.
    Result<void> change_owner(const std::string& name,
                              std::string_view path,
                              uid_t uid,
                              gid_t gid) const;

   private:
    /// The site overlay of that name, cloned if need be.
    Result<Overlay> writable(const std::string& name) const;
    Result<ConfinedDir> open_writable(const std::string& name) const;
    Result<UniqueFd> open_existing(const std::string& name, std::string_view path) const;

    const Folders& folders_;
    const CopyTree& copy_;
};

}  // namespace ww::overlay
