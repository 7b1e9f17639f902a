// SPDX-License-Identifier: BSD-3-Clause
#include "image/shim_grub.h"

#include <initializer_list>
#include <string_view>
#include <vector>

#include "image/folder_scan.h"

namespace ww::image {

namespace {

/// A folder whose last part may be a pattern.
struct Place {
    std::string folder;
    std::string_view children;  // empty: `folder` itself
};

std::string find_first(FolderScan& scan,
                       std::initializer_list<Place> places,
                       std::initializer_list<std::string_view> names) {
    for (const Place& place : places) {
        std::vector<std::string> folders;
        if (place.children.empty())
            folders.push_back(place.folder);
        else
            for (const std::string& child : scan.names(place.folder, place.children))
                folders.push_back(place.folder + "/" + child);
        // A place with a pattern is one step of the search: every vendor's shim.efi comes before
        // anybody's shimx64.efi.
        for (const std::string_view name : names)
            for (const std::string& folder : folders)
                for (const std::string& found : scan.names(folder, name))
                    if (std::string path = folder + "/" + found; scan.reaches(path)) return path;
    }
    return {};
}

}  // namespace

std::string find_shim(FolderScan& scan) {
    return find_first(scan,
                      {{"/usr/share/efi", "*"},
                       {"/usr/lib64/efi", {}},
                       {"/boot/efi/EFI", "*"},
                       {"/usr/lib/shim", {}}},
                      {"shim.efi",
                       "shim-sles.efi",
                       "shimx64.efi",
                       "shim-susesigned.efi",
                       "shimaa64.efi",
                       "shimx64.efi.signed",
                       "shimaa64.efi.signed"});
}

std::string find_shim(const ConfinedDir& rootfs) {
    FolderScan scan(rootfs);
    return find_shim(scan);
}

std::string find_grub(FolderScan& scan) {
    return find_first(scan,
                      {{"/usr/lib64/efi", {}},
                       {"/usr/share/grub2", "*-efi"},
                       {"/usr/share/efi", "*"},
                       {"/boot/efi/EFI", "*"},
                       {"/usr/lib/grub", "*-signed"}},
                      {"grub-tpm.efi",
                       "grub.efi",
                       "grubx64.efi",
                       "grubia32.efi",
                       "grubaa64.efi",
                       "grubarm.efi",
                       "grubnetx64.efi.signed",  // Debian's others have no network in them
                       "grubnetaa64.efi.signed"});
}

std::string find_grub(const ConfinedDir& rootfs) {
    FolderScan scan(rootfs);
    return find_grub(scan);
}

}  // namespace ww::image
