// SPDX-License-Identifier: BSD-3-Clause
//
// Extended attributes of a tree as text, for where the archive itself has no room for them: newc
// knows none, so an image carries such a list as one of its files. The format is that of
// getfattr(1) with hex values, and `setfattr -h --restore=FILE` takes it too:
//
//     # file: usr/bin/ping
//     security.capability=0x0100000200200000000000000000000000000000
//
// A backslash and three octal digits stand for a line end or a backslash in a path, and for "=" in
// a name; a blank line ends a file. Lines that start with "#" otherwise mean nothing.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ww::archive {

struct Attribute {
    std::string name;   // "user.origin"
    std::string value;  // any bytes

    bool operator==(const Attribute&) const = default;
};

struct FileAttributes {
    std::string path;  // from the top of the tree
    std::vector<Attribute> attributes;

    bool operator==(const FileAttributes&) const = default;
};

using AttributeFilter = std::function<bool(std::string_view name)>;

/// Attributes that belong to a tree and mean the same wherever it goes: file capabilities, ACLs,
/// IMA signatures, user.* and, unless this machine runs SELinux, SELinux labels: where it does,
/// every file has a label, by this machine's policy. Never trusted.* (of this machine's overlay
/// file systems) or security.evm (bound to an inode). Looks at /sys/fs/selinux.
AttributeFilter portable_attributes();
AttributeFilter portable_attributes(bool labels_are_ours);

/// Those of `name` in `folder` itself, not of what a link leads to, that pass; by name. None where
/// the file system has no place for any. Errors: Io, with `path` in it.
Result<std::vector<Attribute>> read_attributes(int folder,
                                               const char* name,
                                               std::string_view path,
                                               const AttributeFilter& wanted);

/// Nothing if there are none.
void append_attributes(std::string& list, const FileAttributes& file);

/// Errors: Unprocessable, naming the line.
Result<std::vector<FileAttributes>> parse_attribute_list(std::string_view list);

}  // namespace ww::archive
