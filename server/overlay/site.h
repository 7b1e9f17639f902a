// SPDX-License-Identifier: BSD-3-Clause
//
// Where overlays are: the site's folder hides the distribution's, name by name. Finds and lists
// them; changes nothing. Source: reference/overlays.md §1.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ww::overlay {

struct Folders {
    std::string site;          // paths: wwoverlaydir
    std::string distribution;  // <paths: datadir>/warewulf/overlays
    std::string built;         // <paths: wwprovisiondir>/overlays
};

struct Overlay {
    std::string name;
    std::string folder;
    bool is_site = false;

    /// `folder`/rootfs if there is one, else `folder` itself (the layout before 4.6).
    std::string content_root() const;
    /// `folder`/rootfs.ARCH: what machines of one architecture get besides, and in place of the
    /// same path in content_root(). There need not be one.
    std::string content_root_for(std::string_view architecture) const;
};

/// Letters, digits and "-._:", but not "." or "..". Error: InvalidArgument, with upstream's words.
Result<void> check_overlay_name(std::string_view name);

/// Errors: InvalidArgument, NotFound ("overlay does not exist", with the name it is close to).
Result<Overlay> find_overlay(const Folders& folders, const std::string& name);

/// Distribution names in byte order, then site names; each name once, as find_overlay() would see
/// it.
std::vector<Overlay> list_overlays(const Folders& folders);

/// `did you mean "hosts"?`, or nothing if no overlay has a name close to it.
std::string overlay_hint(const Folders& folders, std::string_view wrong);

}  // namespace ww::overlay
