// SPDX-License-Identifier: BSD-3-Clause
//
// nodes.conf as a file that other programs write, too: read only while nobody is in the middle of
// writing it, and replaced so that a reader, a crash or a full disk never finds half of it.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace ww::store {

struct FileText {
    std::string text;
    FileIdentity identity;  // of the same descriptor
};

/// The file when it holds still: no program has it open for writing, and it was not truncated just
/// now. Blocking, up to `patience`. Errors: NotFound, Io; FailedPrecondition (no regular file);
/// Unavailable (somebody still writes it).
Result<FileText> read_settled(const std::string& path, std::chrono::milliseconds patience);

enum class Replacing {
    ByRename,  // a new file in the old one's place
    InPlace,   // the old file rewritten: it is a mount point, or its folder cannot be written
};

/// Puts `after` in the place of `before`, which the file holds, or makes the file, 0640 for the
/// group of administrators. Durable when it returns. Links are followed; mode, owner, ACL, SELinux
/// context and other attributes stay. In place, a copy of both texts is kept in `state_folder`
/// meanwhile. After an error the file holds `before`, unless the error says otherwise. Errors:
/// PermissionDenied, Io; Conflict (the file holds something else by now).
Result<Replacing> replace_nodes_file(const std::string& path,
                                     std::string_view before,
                                     std::string_view after,
                                     const std::string& state_folder);

/// Ends what a crash interrupted: completes a rewriting in place, unless the file was changed by
/// hand since or the copy is damaged, which then is set aside with a word in the log; gives an edit
/// by hand its place back (exchange.h); removes left files. The site lock is held. True if the file
/// was completed. Errors: Io.
Result<bool> recover_nodes_file(const std::string& path, const std::string& state_folder);

/// Whether recover_nodes_file() may have the file say something else, so that it has to be called
/// before the file is read to be changed.
bool needs_recovery(const std::string& path, const std::string& state_folder);

}  // namespace ww::store
