// SPDX-License-Identifier: BSD-3-Clause
//
// Files of overlays as they would be after a change, or were before one, in place of those on disk:
// what looks at overlays with them sees the change, and nothing is written.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "overlay/file_tree.h"

namespace ww::overlay {

struct OtherFile {
    Kind kind = Kind::File;
    ModeAndOwner meta;
    std::optional<std::string> text;  // content, or where a link leads; nothing: nobody knows
};

struct OtherOverlay {
    enum class Base {
        OnDisk,        // as it is found
        Distribution,  // without the site's overlay of that name
        Nothing,       // only `files`
    };
    Base base = Base::OnDisk;
    std::map<std::string, std::optional<OtherFile>> files;  // by path; nothing: not there
};

using OtherFiles = std::map<std::string, OtherOverlay>;  // by overlay

}  // namespace ww::overlay
