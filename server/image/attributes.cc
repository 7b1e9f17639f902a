// SPDX-License-Identifier: BSD-3-Clause
#include "image/attributes.h"

#include <sys/stat.h>

namespace ww::image {

namespace {

constexpr const char* kAttributesFolder = "warewulf";
constexpr const char* kAttributesFile = "warewulf/xattrs";

}  // namespace

Result<bool> AttributeFile::note(const archive::TreeEntry& entry) {
    if (entry.path == kAttributesFile) return false;
    if (entry.path == kAttributesFolder) {
        has_folder_ = true;
        in_the_way_ = !S_ISDIR(entry.status.st_mode);
    }
    WW_TRY(auto attributes,
           archive::read_attributes(entry.folder, entry.name, entry.path, wanted_));
    archive::append_attributes(list_, {entry.path, std::move(attributes)});
    return true;
}

Result<void> AttributeFile::add_to(archive::CpioWriter& cpio) const {
    if (list_.empty()) return {};
    if (in_the_way_)
        return Error(ErrorCode::FailedPrecondition,
                     fmt::format("/{} of the image is no folder, and the list of its extended "
                                 "attributes belongs there",
                                 kAttributesFolder))
            .with_hint("give it another name");
    if (!has_folder_) {
        archive::CpioEntry folder;
        folder.path = kAttributesFolder;
        folder.mode = S_IFDIR | 0755;
        folder.links = 2;
        WW_TRY_VOID(cpio.add(folder));
    }
    archive::CpioEntry file;
    file.path = kAttributesFile;
    file.mode = S_IFREG | 0600;
    return cpio.add(file, list_);
}

}  // namespace ww::image
