// SPDX-License-Identifier: BSD-3-Clause
//
// What nodes of a Warewulf 3 have and ours do not, and what to do about it. The import of its dumps
// and the words of its wwsh say the same. Source: reference/images-and-boot.md §5.
#pragma once

#include <array>
#include <string_view>

namespace ww::fields::warewulf3 {

/// A field without a place in a node.
struct Lost {
    std::string_view key;       // as `wwsh node print` has it
    std::string_view option;    // of wwsh's "set"; empty: none, or one that is more than this field
    std::string_view harmless;  // a value that needs no word
    std::string_view advice;
    bool needless = false;  // nodes of ours do well without it: wwsh goes on
};

inline constexpr auto kLost = std::to_array<Lost>({
    {"DOMAIN",
     "domain",
     "",
     "no counterpart; put the domain into a tag or an overlay if something uses it"},
    {"FQDN", "fqdn", "", "no counterpart; see the overlay hosts"},
    {"HWPREFIX", "hwprefix", "", "no counterpart"},
    {"MASTER", "master", "", "no counterpart: the server that answers is the master", true},
    {"VALIDATE", "validate", "FALSE", "no counterpart", true},
    {"PRESHELL", "preshell", "FALSE", "kernel argument rd.break, or tag IPXEMenuEntry=shell"},
    {"POSTSHELL", "postshell", "FALSE", "kernel argument rd.shell"},
    {"POSTNETDOWN",
     "postnetdown",
     "FALSE",
     "no counterpart: the image sets up the network itself",
     true},
    {"POSTREBOOT", "postreboot", "FALSE", "no counterpart"},
    {"PXELINUX", "pxelinux", "", "no counterpart; see --ipxe"},
    {"SELINUX", "selinux", "DISABLED", "set it up in the image, and use --root tmpfs"},
    {"FS", "", "", "disks and filesystems of the node (--diskname, --fsname)"},
    {"FILESYSTEMS", "filesystem", "", "disks and filesystems of the node (--diskname, --fsname)"},
    {"BOOTLOADER", "bootloader", "", "no counterpart: nodes boot from the server; see --root"},
    {"IPMI_UID", "uid", "", "no counterpart"},
    {"IPMI_AUTOCONFIG", "", "0", "--ipmiwrite"},
});

/// A file that Warewulf 3 brought along by itself.
struct StockFile {
    std::string_view name;
    std::string_view overlay;  // that does the same; empty: there is none for sure
    std::string_view advice;
};

inline constexpr auto kStockFiles = std::to_array<StockFile>({
    {"dynamic_hosts", "hosts", "overlay hosts"},
    {"passwd", "syncuser", "overlay syncuser"},
    {"group", "syncuser", "overlay syncuser"},
    {"shadow", "", "no overlay brings it; set passwords in the image or use keys"},
    {"network", "", "overlay NetworkManager, ifcfg or wicked"},
});

/// A device of nodes that is no Ethernet, by its name.
constexpr bool is_infiniband(std::string_view device) { return device.starts_with("ib"); }

/// The tag that holds the groups of a node.
inline constexpr std::string_view kGroupsTag = "groups";

}  // namespace ww::fields::warewulf3
