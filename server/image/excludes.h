// SPDX-License-Identifier: BSD-3-Clause
//
// Excludes: what of an image's tree stays on the server, by the patterns in its
// etc/warewulf/excludes. Source: reference/images-and-boot.md §1.10.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ww::image {

class Excludes {
   public:
    Excludes() = default;
    /// One pattern per line; slashes at both ends are dropped. No comments, no "**", no "!".
    static Excludes parse(std::string_view text);

    /// Whether the path, relative to the rootfs, is left out, and with it all below.
    bool match(std::string_view path) const;

   private:
    std::vector<std::string> patterns_;
};

/// Go's filepath.Match: "*" and "?" do not cross "/"; "[a-z]", "[^a]"; "\" takes the next character
/// as it is. Compares code points, not bytes. A malformed pattern matches nothing.
bool path_match(std::string_view pattern, std::string_view path);

}  // namespace ww::image
