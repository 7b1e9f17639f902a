// SPDX-License-Identifier: BSD-3-Clause
//
// What is in an overlay, with other files in place of some of those on disk.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "overlay/layout.h"
#include "overlay/origins/other_files.h"
#include "overlay/site.h"

namespace ww::overlay {

/// A name in an overlay, and what it is.
struct Walked {
    std::string path;    // in the overlay
    std::string source;  // on this server, or where it would be
    Kind kind = Kind::File;
    bool is_odd = false;  // a device, a pipe: an overlay must not hold such
    bool is_template = false;
    ModeAndOwner meta;      // of a template that is a link: of what that leads to
    FileIdentity identity;  // of what is on disk
    FileTree::Data other;   // content, or a link's target, of what is not (or nobody knows)
    bool is_on_disk = true;
};

using WalkedFiles = std::shared_ptr<const std::vector<Walked>>;

/// A content root of an overlay, folder by folder, by name. A root that is not there is empty.
/// `others`: nullptr if there are none for this root. Errors: Io.
Result<WalkedFiles> walk_overlay(const std::string& content_root, const OtherOverlay* others);

/// Whether a name is that of a template.
bool is_template_file(std::string_view path);

}  // namespace ww::overlay
