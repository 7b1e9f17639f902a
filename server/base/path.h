// SPDX-License-Identifier: BSD-3-Clause
//
// Paths as text: nothing here looks at a disk, so a link is a name like any other. What a clean
// path opens is still for the kernel to confine (base/confined_dir.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ww {

/// The shortest path of the same meaning, as Go's path.Clean: no "//", no ".", no "..", but where
/// a relative path begins with it; no slash at the end but in "/". "." if nothing is left.
std::string clean_path(std::string_view path);

/// The same, counted from "/" whether or not the path starts with it: ".." at the top stays there.
std::string rooted_path(std::string_view path);

/// The clean path below a folder that is the path's root: "/a//b/../c" -> "a/c", "." -> "". Nothing
/// if ".." would lead out, also where later parts come back in.
std::optional<std::string> path_beneath(std::string_view path);

/// The last part, as Go's path.Base: slashes at the end do not count, "" -> ".", "/" -> "/". Part
/// of `path`, or a literal.
std::string_view base_name(std::string_view path);

/// The folder of something beneath another, as path_beneath() gives both: "a/b" -> "a", "a" -> "".
/// Part of `path`.
std::string_view parent_of(std::string_view path);

/// The folder of a file as open(2) takes it: "a/b" -> "a", "a" -> ".", "/a" -> "/". Part of `path`,
/// or a literal.
std::string_view folder_of(std::string_view path);

}  // namespace ww
