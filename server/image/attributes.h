// SPDX-License-Identifier: BSD-3-Clause
//
// Extended attributes of an image's files on their way to the nodes: the archive has no room for
// them, so a list of them is one of its files, /warewulf/xattrs, which the overlay wwinit applies
// (its run-init, by wwclient or setfattr). An image without any has no such file.
#pragma once

#include <string>

#include "archive/attribute_list.h"
#include "archive/cpio_writer.h"
#include "archive/tree.h"

namespace ww::image {

/// Meets every entry of a tree, then writes the file. Not thread-safe.
class AttributeFile {
   public:
    explicit AttributeFile(archive::AttributeFilter wanted) : wanted_(std::move(wanted)) {}

    /// False if `entry` is to be left out, being such a file of some earlier time. Errors: Io.
    Result<bool> note(const archive::TreeEntry& entry);

    /// Last. Errors: FailedPrecondition (/warewulf of the image is no folder), those of `cpio`.
    Result<void> add_to(archive::CpioWriter& cpio) const;

   private:
    archive::AttributeFilter wanted_;
    std::string list_;
    bool has_folder_ = false;
    bool in_the_way_ = false;
};

}  // namespace ww::image
